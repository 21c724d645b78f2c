// Two ends, ten wires and a simulated clock. No wait takes real time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "tests/proto/end.h"
#include "tests/proto/random.h"
#include "tests/proto/wires.h"
#include "tests/sanitized.h"

namespace pi_ring {

inline constexpr uint64_t kMillisecond = 1'000'000;
inline constexpr uint64_t kSecond = 1000 * kMillisecond;

inline constexpr int kSeeds = kSanitized ? 3 : 8;

class Simulation {
 public:
  explicit Simulation(uint64_t seed);

  Wires wires;
  Random random;
  // The other end acts within one access of this many.
  uint64_t interleave_rate = 4;
  // An end that polls sleeps instead, as with mode=irq.
  bool doorbells_only = false;
  // The most samples of a step; each step draws a number. An end that steps
  // within an access of the other sees no change of it, and takes fewer.
  uint32_t most_spin = 12;

  End& end(int number) { return number == 0 ? end0_ : end1_; }
  uint64_t now_ns() const { return now_ns_; }
  uint64_t steps() const { return steps_; }

  void start(int number);
  void start_both();
  void restart(int number);
  void stall(int number, uint64_t for_ns);
  // Wakes a sleeping end: it has bytes to send, or room to receive.
  void wake(int number) { doorbell_[number] = true; }

  // Runs until `done`, for at most `for_ns` of simulated time; false: not done.
  bool run(uint64_t for_ns, const std::function<bool()>& done);
  bool run_until_joined(uint64_t for_ns);
  // Until all bytes to send have arrived.
  bool run_until_drained(uint64_t for_ns);
  bool drained();

  std::string describe();

 private:
  void meanwhile(int number);
  void step_once(int number, uint32_t most_spin);
  bool awake(int number);
  void skip_to_next_deadline();

  uint64_t now_ns_ = kSecond;
  uint64_t steps_ = 0;
  End end0_;
  End end1_;
  std::array<bool, kEnds> doorbell_{};
  std::array<uint64_t, kEnds> seen_edges_{};
  std::array<pr_pace, kEnds> pace_{};
  std::array<uint64_t, kEnds> stalled_until_ns_{};
  int still_ = 0;  // steps in a row that moved nothing
};

}  // namespace pi_ring
