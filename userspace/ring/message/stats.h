// What a rank did and what it used, for `--stats`.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "userspace/ring/message/message.h"

namespace pi_ring {

struct RankStats {
  uint64_t compute_ns = 0;
  uint64_t wait_ns = 0;      // for a neighbour
  uint64_t sent_bytes = 0;   // to the next rank
  uint64_t wire_bytes = 0;   // on the wires for these; 0 without wires
  uint64_t turnarounds = 0;  // of the wires' direction
  uint64_t repeats = 0;      // of damaged frames
  uint64_t shard_bytes = 0;  // its tensors, as f32
  uint64_t cache_bytes = 0;  // keys and values so far
  uint64_t resident_bytes = 0;
  uint64_t peak_bytes = 0;  // the most that was resident at any time
};

// Fills in the resident memory of this process, as the kernel counts it.
void measure_memory(RankStats& stats);

// Counts what a link to the next rank has carried since begin().
class HopMeter {
 public:
  void begin(const Link& down);
  void read(const Link& down, RankStats& stats) const;

 private:
  uint64_t sent_before_ = 0;
  WireCounters wire_before_;
};

std::vector<std::byte> encode(const std::vector<RankStats>& table);
// Throws RingError where the bytes are not one record for each rank.
std::vector<RankStats> decode_stats(const std::vector<std::byte>& bytes,
                                    int ranks);

// Adds the time until its end to a counter.
class Stopwatch {
 public:
  explicit Stopwatch(uint64_t& ns)
      : ns_(ns), start_(std::chrono::steady_clock::now()) {}
  ~Stopwatch() {
    const auto elapsed = std::chrono::steady_clock::now() - start_;
    ns_ += static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count());
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  uint64_t& ns_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace pi_ring
