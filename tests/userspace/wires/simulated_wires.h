// Two banks and the wires between them, with the faults that a test sets.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <utility>

#include "userspace/wires/ends.h"
#include "userspace/wires/evidence.h"

namespace pi_ring {

class SimulatedWires {
 public:
  SimulatedWires();

  // Faults; they may be combined.
  void open(size_t wire);
  void open_near(size_t wire);  // so that shorts stay on the far end
  void swap(size_t wire, size_t other);
  void join(size_t wire, size_t other);  // shorted
  void stick(size_t wire, bool high);
  void stick_far_end(size_t wire, bool high);  // of a wire that is broken
  void found_pulled(size_t end, Pull pull) { pulls_[end] = pull; }
  void take_pulls(size_t wire);  // floats, and keeps its last driven level

  void listen(size_t end, Pull pull);
  void raise(size_t end);
  bool level(size_t end);

  // How often two outputs were on one wire, and an output on a stuck wire.
  int fights() const { return fights_; }
  int overloads() const { return overloads_; }

 private:
  struct Net {
    std::optional<bool> stuck;
    bool unpulled = false;
    bool charge = false;
  };

  size_t new_net();
  void settle(size_t net);

  std::array<size_t, kMostEnds> net_of_{};
  std::array<bool, kMostEnds> driven_{};
  std::array<Pull, kMostEnds> pulls_{};
  std::array<Net, 3 * kMostEnds> nets_{};
  size_t nets_made_ = 0;
  int fights_ = 0;
  int overloads_ = 0;
};

// Some ends of simulated wires. Time passes only in pause(), which also calls
// `meanwhile` to let other ends act.
class SimulatedEnds : public Ends {
 public:
  SimulatedEnds(
      SimulatedWires& wires, size_t first, size_t count,
      std::function<void()> meanwhile = [] {})
      : wires_(wires),
        first_(first),
        count_(count),
        meanwhile_(std::move(meanwhile)) {}

  void listen(size_t end, Pull pull) override {
    wires_.listen(first_ + end, pull);
  }
  void raise(size_t end) override { wires_.raise(first_ + end); }
  EndSet levels() override;
  Time now() override { return now_; }
  void pause(Time time) override;

 private:
  SimulatedWires& wires_;
  size_t first_;
  size_t count_;
  std::function<void()> meanwhile_;
  Time now_{};
};

}  // namespace pi_ring
