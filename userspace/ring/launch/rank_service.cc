// Whatever goes wrong, a rank drops the text it was at, tells the head, and
// waits to be greeted again.
#include "userspace/ring/launch/rank_service.h"

#include <optional>
#include <utility>

#include "model/architecture/cut.h"
#include "model/base/bad_input.h"
#include "userspace/ring/text/text_rank.h"
#include "userspace/ring/train/mail.h"
#include "userspace/ring/train/train_rank.h"

namespace pi_ring {
namespace {

// Serves texts over one pair of links.
class Texts {
 public:
  Texts(const RankOptions& options, RankService::Links& links,
        const RankService::Log& log)
      : options_(options),
        links_(links),
        log_(log),
        rank_(options, *links.up, *links.down) {}

  // Whoever had these links before may have stopped amid a message.
  void begin() {
    links_.up->renew();
    links_.down->renew();
    rank_.tell(Kind::kAnew, name_of_rank(options_.rank) + " started anew");
  }

  // Until the plan of a training comes, which is returned. Throws LinkError
  // where a link is closed for good.
  Letter serve() {
    for (;;) {
      try {
        const Header header = rank_.next_header();
        if (header.kind == Kind::kPlan) return letter_of(header);
        note(header);
        rank_.handle(header);
      } catch (const LinkError& error) {
        if (error.kind() == LinkError::Kind::kClosed) throw;
        lose(error);
      } catch (const RingError& error) {
        complain(error.what());
      } catch (const BadInput& error) {
        complain(error.what());
      }
    }
  }

 private:
  Letter letter_of(const Header& header) {
    Letter letter;
    letter.header = header;
    letter.floats =
        FloatBuffer((header.payload + sizeof(float) - 1) / sizeof(float));
    links_.up->receive(letter.bytes(),
                       std::chrono::steady_clock::now() + options_.patience);
    return letter;
  }

  // The head may greet several times until the ring is whole: the text that
  // comes then is what shows it.
  void note(const Header& header) {
    if (header.kind == Kind::kHello) at_text_ = false;
    const bool is_text =
        header.kind == Kind::kFill || header.kind == Kind::kForward;
    if (!is_text || at_text_ || !rank_.is_greeted()) return;
    at_text_ = true;
    log_(what_closed());
  }

  std::string what_closed() const {
    const Shard& shard = rank_.weights().shard();
    return "the ring of " + std::to_string(options_.ranks) +
           " has closed: " + rank_.weights().config().name + ", layers [" +
           std::to_string(shard.begin) + "," + std::to_string(shard.end) +
           ") here";
  }

  // A link that broke is fresh; on one that was silent amid a message the rest
  // of it might still come.
  void lose(const LinkError& error) {
    if (error.kind() == LinkError::Kind::kTimeout) renew_both();
    const int above = (options_.rank + options_.ranks - 1) % options_.ranks;
    const std::string what = name_of_rank(options_.rank) +
                             " lost what came from " + name_of_rank(above);
    if (rank_.is_greeted()) {
      log_(options_.rank == 0 ? "the head has gone, or another has come"
                              : what + ": " + error.what());
    }
    forget_and_tell(Kind::kAnew, what);
  }

  void complain(const std::string& what) {
    log_(what);
    renew_both();
    forget_and_tell(Kind::kError, what);
  }

  void renew_both() const {
    links_.up->renew();
    links_.down->renew();
  }

  void forget_and_tell(Kind kind, const std::string& what) {
    rank_.forget();
    try {
      rank_.tell(kind, what);
    } catch (const LinkError& error) {
      if (error.kind() == LinkError::Kind::kClosed) throw;
      // Nobody takes it: the rank below is gone, and will say so itself.
      links_.down->renew();
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

// A training ends its links, so that they are opened anew after it; and it has
// the memory for itself.
void RankService::serve(Links& links, const std::function<void()>& ready) {
  std::optional<Texts> texts(std::in_place, options_, links, log_);
  texts->begin();
  ready();
  Letter plan = texts->serve();
  texts.reset();
  log_("a training begins");
  log_("the training is over: " +
       serve_training(options_, *links.up, *links.down, std::move(plan)));
}

}  // namespace pi_ring
