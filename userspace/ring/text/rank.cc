// A rank whose links last as long as the run.
#include "userspace/ring/text/rank.h"

#include <exception>
#include <string>

#include "userspace/ring/text/text_rank.h"

namespace pi_ring {
namespace {

// Returns only by an exception: the links' close, or a failure.
[[noreturn]] void serve(const RankOptions& options, Link& up, Link& down) {
  TextRank rank(options, up, down);
  for (;;) rank.handle(rank.next_header());
}

// Waits until the head has read the reason and closes the ring.
void stay_for_the_close(Link& up) {
  try {
    std::byte ignored{};
    for (;;) {
      up.receive({&ignored, 1}, kForever);
    }
  } catch (const LinkError&) {
  }
}

}  // namespace

int run_rank(const RankOptions& options, Link& up, Link& down) {
  std::string reason;
  try {
    serve(options, up, down);
  } catch (const LinkError& error) {
    if (error.kind() == LinkError::Kind::kClosed) {
      return 0;
    }
    reason = name_of_rank(options.rank) + ": " + error.what();
  } catch (const std::exception& error) {
    reason = error.what();
  }
  try {
    send_message(down, text_header(Kind::kError, reason),
                 std::as_bytes(std::span(reason)),
                 std::chrono::steady_clock::now() + options.patience);
    stay_for_the_close(up);
  } catch (const LinkError&) {
    // The head is gone: there is nobody left to tell.
  }
  return 1;
}

}  // namespace pi_ring
