// After any error a rank drops its text, reports the error to the head, and
// waits for the next greeting.
#include "userspace/ring/launch/rank_service.h"

#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "model/architecture/cut.h"
#include "userspace/ring/message/wording.h"
#include "userspace/ring/text/text_rank.h"
#include "userspace/ring/train/message_queues.h"
#include "userspace/ring/train/train_rank.h"

namespace pi_ring {
namespace {

// Serves texts over one pair of links.
class TextService {
 public:
  TextService(const RankOptions& options, const Weights& weights,
              RankService::Links& links, const RankService::Log& log)
      : options_(options),
        links_(links),
        log_(log),
        rank_(options, weights, *links.up, *links.down) {}

  // A program that had these links before may have stopped in a message.
  void begin() {
    links_.up->reset_stream();
    links_.down->reset_stream();
    rank_.report(Kind::kReset, name_of_rank(options_.rank) + " restarted");
  }

  // Serves until the plan of a training comes, and returns it. Throws LinkError
  // where a link is closed for good.
  Message serve() {
    for (;;) {
      try {
        const Header header = rank_.next_header();
        if (header.kind == Kind::kPlan) return message_of(header);
        note(header);
        rank_.handle(header);
      } catch (const LinkError& error) {
        if (error.kind() == LinkError::Kind::kClosed) throw;
        drop_text(error);
      } catch (const RingError& error) {
        refuse(error.what());
      } catch (const std::bad_alloc&) {
        refuse(name_of_rank(options_.rank) + ": out of memory");
      } catch (const std::exception& error) {
        refuse(error.what());
      }
    }
  }

 private:
  Message message_of(const Header& header) {
    Message message;
    message.header = header;
    message.floats =
        FloatBuffer((header.payload + sizeof(float) - 1) / sizeof(float));
    links_.up->receive(message.bytes(),
                       std::chrono::steady_clock::now() + options_.patience);
    return message;
  }

  // The head may greet several times. The ring works when the first rows of a
  // text arrive.
  void note(const Header& header) {
    if (header.kind == Kind::kHello) at_text_ = false;
    const bool is_text =
        header.kind == Kind::kPrefill || header.kind == Kind::kForward;
    if (!is_text || at_text_ || !rank_.is_greeted()) return;
    at_text_ = true;
    log_(describe_ring());
  }

  std::string describe_ring() const {
    const Shard& shard = rank_.weights().shard();
    return "the ring of " + std::to_string(options_.ranks) +
           " is complete: " + rank_.weights().config().name + ", layers [" +
           std::to_string(shard.begin) + "," + std::to_string(shard.end) +
           ") here";
  }

  // A link that broke has a fresh stream already. After a timeout the rest of a
  // message might still arrive, so both are reset.
  void drop_text(const LinkError& error) {
    if (error.kind() == LinkError::Kind::kTimeout) reset_both();
    const int above = (options_.rank + options_.ranks - 1) % options_.ranks;
    const std::string what = name_of_rank(options_.rank) +
                             " lost what came from " + name_of_rank(above);
    if (rank_.is_greeted()) {
      log_(options_.rank == 0 ? "the head has ended, or another has started"
                              : what + ": " + error.what());
    }
    drop_and_report(Kind::kReset, what);
  }

  // The reason may quote what a neighbour sent.
  void refuse(const std::string& reason) {
    const std::string what = neighbours_text(reason);
    log_(what);
    reset_both();
    drop_and_report(Kind::kError, what);
  }

  void reset_both() const {
    links_.up->reset_stream();
    links_.down->reset_stream();
  }

  void drop_and_report(Kind kind, const std::string& what) {
    rank_.drop_text();
    try {
      rank_.report(kind, what);
    } catch (const LinkError& error) {
      if (error.kind() == LinkError::Kind::kClosed) throw;
      // The next rank does not take it. It is gone, and will report its
      // restart.
      links_.down->reset_stream();
    }
  }

  const RankOptions& options_;
  RankService::Links& links_;
  const RankService::Log& log_;
  TextRank rank_;
  bool at_text_ = false;
};

}  // namespace

void RankService::run(const std::function<void()>& ready) {
  for (;;) {
    Links links = open_();
    try {
      serve(links, ready);
    } catch (const LinkError& error) {
      log_(error.what());
    }
  }
}

// A training closes the links when it ends, so run() opens them again. The
// text's memory is released first: a training needs all of it.
void RankService::serve(Links& links, const std::function<void()>& ready) {
  std::optional<TextService> texts(std::in_place, options_, weights_, links,
                                   log_);
  texts->begin();
  ready();
  Message plan = texts->serve();
  texts.reset();
  log_("a training begins");
  log_("the training is over: " + train(links, std::move(plan)));
}

// Threads may not start.
std::string RankService::train(Links& links, Message plan) const {
  try {
    return serve_training(options_, folders_, *links.up, *links.down,
                          std::move(plan));
  } catch (const std::exception& error) {
    return neighbours_text(error.what());
  }
}

}  // namespace pi_ring
