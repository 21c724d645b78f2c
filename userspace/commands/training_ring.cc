// Starts the ranks, and holds their needs against what is free.
#include "userspace/commands/training_ring.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <thread>

#include "userspace/ring/train_rank.h"

namespace pi_ring {
namespace {

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

RankOptions rank_options(const TrainingRingOptions& options) {
  RankOptions rank;
  rank.ranks = options.ranks;
  rank.rank = options.ranks - 1;
  rank.threads = options.threads > 0 ? options.threads
                                     : std::max(1, cores() / options.ranks);
  // Ranks that share cores must not keep them from each other.
  rank.waiting = rank.threads * rank.ranks > cores() ? Pool::Waiting::kSleep
                                                     : Pool::Waiting::kSpin;
  rank.patience = std::chrono::milliseconds(
      static_cast<int64_t>(options.patience * 1000.0));
  return rank;
}

std::string megabytes(uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

}  // namespace

TrainingRing::TrainingRing(const TrainingRingOptions& options,
                           const TrainPlan& plan)
    : options_(rank_options(options)) {
  ring_ = std::make_unique<ProcessRing>(
      options.ranks,
      [this](int rank, Link& up, Link& down) {
        options_.rank = rank;
        return run_train_rank(options_, up, down);
      },
      ShmLinks::kCapacity, options.on_stop);
  const bool alone = options.ranks == 1;
  head_ = std::make_unique<TrainHead>(options_, plan,
                                      alone ? nullptr : &ring_->up(),
                                      alone ? nullptr : &ring_->down());
}

TrainingRing::~TrainingRing() {
  // The head's mail ends when the links are closed, and they outlive it.
  if (options_.ranks > 1) {
    ring_->up().close();
    ring_->down().close();
  }
  head_.reset();
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
    throw RingError(
        ring_->explain(error, options_.patience).value_or(error.what()));
  }
}

}  // namespace pi_ring
