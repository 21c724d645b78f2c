// One message round.
#include "userspace/ring/train/roll_call.h"

#include <algorithm>

#include "userspace/ring/message/hello.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

// False where it may be lost.
bool comes_back(Link& up, uint32_t number, Deadline begin, Deadline end) {
  try {
    for (;;) {
      const Header header = receive_header(up, begin, end);
      const auto payload = receive_payload(up, header, end);
      if (header.kind == Kind::kError) throw RingError(text_of(payload));
      if (header.kind == Kind::kAnew) return false;
      if (header.kind == Kind::kRollCall && header.sequence == number) {
        return true;
      }
    }
  } catch (const LinkError& error) {
    const bool is_late = error.kind() == LinkError::Kind::kTimeout;
    if (error.kind() == LinkError::Kind::kBroken) return false;
    if (!is_late || begin == end) throw;
    return false;
  }
}

}  // namespace

void call_roll(Link& up, Link& down, std::chrono::milliseconds patience) {
  const Deadline end = std::chrono::steady_clock::now() + patience;
  std::chrono::milliseconds wait = kFirstGreetingWait;
  for (uint32_t number = 1;; ++number) {
    Header call;
    call.kind = Kind::kRollCall;
    call.sequence = number;
    try {
      send_message(down, call, {}, end);
    } catch (const LinkError& error) {
      if (error.kind() != LinkError::Kind::kBroken) throw;
      continue;
    }
    const Deadline begin =
        std::min(end, std::chrono::steady_clock::now() + wait);
    if (comes_back(up, number, begin, end)) return;
    // Never longer than is left.
    wait = std::min(2 * wait, patience);
  }
}

}  // namespace pi_ring
