// Says how far a model is loaded, where somebody waits for it at a terminal.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "model/folder/weights.h"

namespace pi_ring {

// How much of its tensors a rank has read.
struct LoadingRank {
  int rank = 0;
  uint64_t read = 0;
  uint64_t bytes = 0;
};

// Such as "loading 4,096 MB: 35 %; rank 1 at 20 %, rank 2 at 35 %", with those
// ranks that are not done.
std::string loading_text(std::span<const LoadingRank> ranks);

// Counts what ranks read of their tensors, in memory that processes share which
// are forked while it exists.
class LoadingCounters {
 public:
  // Has these weights count. They must not be read after this is gone, except
  // in a process that was forked.
  explicit LoadingCounters(std::span<Weights> weights);

  std::vector<LoadingRank> ranks() const;

 private:
  using Counter = std::atomic<uint64_t>;
  struct Unmap {
    size_t bytes;
    void operator()(Counter* counters) const;
  };

  std::span<Weights> weights_;
  std::unique_ptr<Counter[], Unmap> counters_;
};

// Writes the text to standard error again and again, from a while after the
// start on, and takes it away at its own end.
class LoadingProgress {
 public:
  static constexpr std::chrono::milliseconds kPatience{1000};

  // Starts a thread where standard error is a terminal; so no process may be
  // forked after this.
  explicit LoadingProgress(const LoadingCounters& counters,
                           std::chrono::milliseconds patience = kPatience);
  ~LoadingProgress();
  LoadingProgress(const LoadingProgress&) = delete;
  LoadingProgress& operator=(const LoadingProgress&) = delete;

 private:
  void work(std::chrono::milliseconds patience);

  const LoadingCounters& counters_;
  std::mutex mutex_;
  std::condition_variable ends_;
  bool is_loaded_ = false;
  std::thread thread_;
};

}  // namespace pi_ring
