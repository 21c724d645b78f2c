// A ring whose ranks are threads of the test, over links of the process's
// memory or of shared memory.
#pragma once

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/model/folder/opened_model.h"
#include "userspace/link/memory.h"
#include "userspace/link/shm.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/text_rank.h"

namespace pi_ring {

class ThreadRing {
 public:
  enum class Carrier { kMemory, kSharedMemory };

  // `models` has one folder for all ranks, or one a rank.
  ThreadRing(const std::vector<std::filesystem::path>& models, int ranks,
             int threads = 1, RowFormat format = RowFormat::kF32,
             Carrier carrier = Carrier::kMemory,
             DType cache_type = DType::F32) {
    make_links(ranks, carrier);
    for (int i = 0; i < ranks; ++i) {
      weights_.push_back(open_weights(
          models[models.size() == 1 ? 0 : static_cast<size_t>(i)], ranks, i));
      options_.push_back({.ranks = ranks,
                          .rank = i,
                          .threads = threads,
                          .waiting = Pool::Waiting::kSleep,
                          .patience = std::chrono::minutes(1),
                          .row_format = format});
    }
    options_.back().cache_type = cache_type;  // the head tells the others
    for (int i = 0; i + 1 < ranks; ++i) {
      threads_.emplace_back([this, i] {
        run_text_rank(options_[static_cast<size_t>(i)],
                      weights_[static_cast<size_t>(i)], up_of(i), down_of(i));
      });
    }
  }

  ~ThreadRing() {
    for (const auto& link : down_) {
      link->close();
    }
    for (std::thread& thread : threads_) {
      thread.join();
    }
  }
  ThreadRing(const ThreadRing&) = delete;
  ThreadRing& operator=(const ThreadRing&) = delete;

  // Must not outlive the ring.
  Head head() {
    const RankOptions& options = options_.back();
    const bool alone = options.ranks == 1;
    return {options, weights_.back(), alone ? nullptr : &up_of(options.rank),
            alone ? nullptr : &down_of(options.rank)};
  }

  // Link i joins rank i's end down to the next rank's end up.
  Link& down_of(int rank) { return *down_[static_cast<size_t>(rank)]; }
  Link& up_of(int rank) {
    return *up_[(static_cast<size_t>(rank) + up_.size() - 1) % up_.size()];
  }

 private:
  void make_links(int ranks, Carrier carrier) {
    constexpr size_t kBytesOfALink = 64 * 1024;
    if (carrier == Carrier::kSharedMemory)
      shared_.emplace(ranks, kBytesOfALink);
    for (int i = 0; i < ranks; ++i) {
      auto [down_end, up_end] = shared_ ? std::pair(shared_->downstream_end(i),
                                                    shared_->upstream_end(i))
                                        : make_memory_link(kBytesOfALink);
      down_.push_back(std::move(down_end));
      up_.push_back(std::move(up_end));
    }
  }

  std::optional<ShmLinks> shared_;  // outlives the ends
  std::vector<std::unique_ptr<Link>> down_;
  std::vector<std::unique_ptr<Link>> up_;
  std::vector<RankOptions> options_;
  std::vector<Weights> weights_;
  std::vector<std::thread> threads_;
};

}  // namespace pi_ring
