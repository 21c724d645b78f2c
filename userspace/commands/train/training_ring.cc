// Starts the ranks, and compares the memory they need with what is free.
#include "userspace/commands/train/training_ring.h"

#include <iostream>
#include <string>

#include "userspace/ring/message/greeting.h"
#include "userspace/ring/train/train_rank.h"

namespace pi_ring {
namespace {

std::string megabytes(uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

}  // namespace

TrainingRing::TrainingRing(const RingOptions& options, const TrainPlan& plan,
                           const ModelFolder* model)
    : options_(options.head_options(plan.ranks())),
      ring_(options.join(plan.ranks(),
                         [this, model](int rank, Link& up, Link& down) {
                           options_.rank = rank;
                           return run_train_rank(options_, model, up, down);
                         })) {
  if (ring_.ranks_are_services) wait_for_ranks();
  head_ =
      std::make_unique<TrainHead>(options_, plan, model, ring_.up, ring_.down);
}

TrainingRing::~TrainingRing() {
  // A rank that is a service learns of the end as of an error.
  if (ring_.ranks_are_services) head_->announce_end();
  // The head's threads end when the links are closed, and the links outlive it.
  if (!ring_.is_alone()) {
    ring_.up->close();
    ring_.down->close();
  }
  head_.reset();
}

// Afterwards the links hold no message of an earlier run, and ranks that served
// a text turn to the training when its plan arrives.
void TrainingRing::wait_for_ranks() const {
  Header ping;
  ping.kind = Kind::kPing;
  uint32_t pings = 0;
  try {
    greet_ring(*ring_.up, *ring_.down, ping, {}, pings, options_.patience);
  } catch (const LinkError& error) {
    throw RingError(ring_.explain(error));
  }
}

void TrainingRing::begin() {
  run([](TrainHead& head) {
    const std::vector<MemoryClaim> claims = head.ask_for_memory();
    const std::vector<uint64_t> shares = share_out(claims);
    for (size_t rank = 0; rank < claims.size(); ++rank) {
      const std::string needs = "rank " + std::to_string(rank) + " needs " +
                                megabytes(claims[rank].needed) + ", has " +
                                megabytes(shares[rank]) + " free";
      if (claims[rank].needed > shares[rank]) {
        const int more = 2 * head.plan().micro_batches;
        const int batch = head.plan().micro_batches * head.plan().sequences;
        throw RingError(needs + ": use --recompute" +
                        (more <= batch && batch % more == 0
                             ? " or --micro-batches " + std::to_string(more)
                             : " or a smaller --batch or --seq"));
      }
      std::cerr << "pi-ring: " << needs << '\n';
    }
    head.begin();
  });
}

void TrainingRing::run(const std::function<void(TrainHead&)>& work) {
  try {
    work(*head_);
  } catch (const LinkError& error) {
    throw RingError(ring_.explain(error));
  }
}

}  // namespace pi_ring
