// Counters in shared memory, and a line on the terminal.
#include "userspace/commands/loading_progress.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <new>
#include <system_error>

#include "model/base/start_thread.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

constexpr std::chrono::milliseconds kBetweenLines{200};
constexpr size_t kMostRanksNamed = 4;
constexpr uint64_t kLoadedMegabyte = 1'000'000;
// Back to the beginning of the line, and clear it.
constexpr const char* kFreshLine = "\r\x1b[K";

std::string percent(uint64_t read, uint64_t bytes) {
  return std::to_string(bytes == 0 ? 100 : 100 * read / bytes) + " %";
}

}  // namespace

std::string loading_text(std::span<const LoadingRank> ranks) {
  uint64_t read = 0;
  uint64_t bytes = 0;
  std::string waited_for;
  size_t named = 0;
  for (const LoadingRank& rank : ranks) {
    read += rank.read;
    bytes += rank.bytes;
    if (rank.read >= rank.bytes || ++named > kMostRanksNamed) continue;
    waited_for += (named == 1 ? "; rank " : ", rank ") +
                  std::to_string(rank.rank) + " at " +
                  percent(rank.read, rank.bytes);
  }
  if (named > kMostRanksNamed) {
    waited_for += " and " + std::to_string(named - kMostRanksNamed) + " others";
  }
  return "loading " + grouped(bytes / kLoadedMegabyte) +
         " MB: " + percent(read, bytes) + (ranks.size() > 1 ? waited_for : "");
}

void LoadingCounters::Unmap::operator()(Counter* counters) const {
  ::munmap(counters, bytes);
}

LoadingCounters::LoadingCounters(std::span<Weights> weights)
    : weights_(weights) {
  const size_t bytes = std::max<size_t>(1, weights.size()) * sizeof(Counter);
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "mmap");
  }
  counters_ = {new (memory) Counter[weights.size()](), Unmap{bytes}};
  for (size_t i = 0; i < weights.size(); ++i) {
    weights[i].count_into(counters_[i]);
  }
}

std::vector<LoadingRank> LoadingCounters::ranks() const {
  std::vector<LoadingRank> ranks;
  for (size_t i = 0; i < weights_.size(); ++i) {
    ranks.push_back({.rank = weights_[i].shard().rank,
                     .read = counters_[i],
                     .bytes = weights_[i].bytes()});
  }
  return ranks;
}

LoadingProgress::LoadingProgress(const LoadingCounters& counters,
                                 std::chrono::milliseconds patience)
    : counters_(counters) {
  if (isatty(STDERR_FILENO) != 1) return;
  thread_ = start_thread([this, patience] { work(patience); });
}

LoadingProgress::~LoadingProgress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_loaded_ = true;
  }
  ends_.notify_one();
  thread_.join();
}

void LoadingProgress::work(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const auto is_over = [this] { return is_loaded_; };
  if (ends_.wait_for(lock, patience, is_over)) return;
  do {
    std::cerr << kFreshLine << "pi-ring: " << loading_text(counters_.ranks())
              << std::flush;
  } while (!ends_.wait_for(lock, kBetweenLines, is_over));
  std::cerr << kFreshLine << std::flush;
}

}  // namespace pi_ring
