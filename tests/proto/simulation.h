// Two ends, ten wires and a clock of its own; nothing in here takes real time
// to wait.
#ifndef PI_RING_TESTS_PROTO_SIMULATION_H_
#define PI_RING_TESTS_PROTO_SIMULATION_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "end.h"
#include "random.h"
#include "tests/sanitized.h"
#include "wires.h"

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

  void Start(int number);
  void StartBoth();
  void Restart(int number);
  void Stall(int number, uint64_t for_ns);
  // Bytes to send or room to receive have come: a sleeping end looks.
  void Wake(int number) { bell_[number] = true; }

  // Runs until `done`, at most for so much simulated time. Was it done?
  bool Run(uint64_t for_ns, const std::function<bool()>& done);
  bool RunUntilJoined(uint64_t for_ns);
  // Until all bytes to send have arrived.
  bool RunUntilDrained(uint64_t for_ns);
  bool Drained();

  std::string Describe();

 private:
  void Meanwhile(int number);
  void StepOnce(int number, uint32_t most_spin);
  bool Awake(int number);
  void SkipToNextDeadline();

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

#endif  // PI_RING_TESTS_PROTO_SIMULATION_H_
