// Starts the ranks, and holds their needs against what is free.
#include "userspace/commands/train/training_ring.h"

#include <iostream>
#include <string>
#include <utility>

#include "userspace/ring/train/roll_call.h"
#include "userspace/ring/train/train_rank.h"

namespace pi_ring {
namespace {

std::string megabytes(uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

}  // namespace

TrainingRing::TrainingRing(const RingOptions& options, const TrainPlan& plan,
                           Warden::OnStop on_stop)
    : over_devices_(options.is_over_devices()),
      options_(options.of_head(plan.ranks)) {
  ring_ = std::make_unique<HeadRing>(
      options, plan.ranks,
      [this](int rank, Link& up, Link& down) {
        options_.rank = rank;
        return run_train_rank(options_, up, down);
      },
      std::move(on_stop));
  if (ring_->up() != nullptr && over_devices_) call_roll();
  head_ =
      std::make_unique<TrainHead>(options_, plan, ring_->up(), ring_->down());
}

TrainingRing::~TrainingRing() {
  // Ranks that are services learn of the end as of an error.
  if (over_devices_) head_->say_goodbye();
  // The head's mail ends when the links are closed, and they outlive it.
  if (ring_->up() != nullptr) {
    ring_->up()->close();
    ring_->down()->close();
  }
  head_.reset();
}

void TrainingRing::call_roll() {
  try {
    pi_ring::call_roll(*ring_->up(), *ring_->down(), options_.patience);
  } catch (const LinkError& error) {
    throw RingError(ring_->explain(error, options_.patience));
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
    throw RingError(ring_->explain(error, options_.patience));
  }
}

}  // namespace pi_ring
