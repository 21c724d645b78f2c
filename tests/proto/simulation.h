// Two ends, ten wires and a clock of its own; nothing in here takes real time
// to wait.
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
  // How often the other end interrupts an access: once in so many.
  uint64_t interleave_rate = 4;
  // An end that polls sleeps instead, as with mode=irq.
  bool doorbells_only = false;
  // Samples a step may take, drawn anew for each. An end that steps within an
  // access of the other sees it stand still, and takes few.
  uint32_t most_spin = 12;

  End& end(int number) { return number == 0 ? end0_ : end1_; }
  uint64_t now_ns() const { return now_ns_; }
  uint64_t steps() const { return steps_; }

  void start(int number);
  void start_both();
  void restart(int number);
  void stall(int number, uint64_t for_ns);
  // Bytes to send or room to receive have come: a sleeping end looks.
  void wake(int number) { bell_[number] = true; }

  // Runs until `done`, at most for so much simulated time. Was it done?
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
  std::array<bool, kEnds> bell_{};
  std::array<uint64_t, kEnds> seen_edges_{};
  std::array<pr_pace, kEnds> pace_{};
  std::array<uint64_t, kEnds> stalled_until_ns_{};
  int still_ = 0;  // steps in a row that moved nothing
};

}  // namespace pi_ring
