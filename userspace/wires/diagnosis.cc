#include "userspace/wires/diagnosis.h"

#include <algorithm>

namespace pi_ring {
namespace {

using WireSet = std::bitset<kWires>;

WireSet near_wires(const EndSet& ends) {
  return WireSet((ends & EndSet((1U << kWires) - 1)).to_ulong());
}

WireSet far_wires(const EndSet& ends) { return near_wires(ends >> kWires); }

std::vector<size_t> listed(const WireSet& set) {
  std::vector<size_t> wires;
  for (size_t wire = 0; wire < kWires; ++wire) {
    if (set[wire]) wires.push_back(wire);
  }
  return wires;
}

// For each end, all ends that are electrically joined to it.
class Nets {
 public:
  explicit Nets(const Evidence& evidence) {
    for (size_t end = 0; end < kMostEnds; ++end) {
      joined_[end][end] = true;
      for (size_t other = 0; other < kMostEnds; ++other) {
        if (evidence.rose_with[end][other]) {
          joined_[end][other] = joined_[other][end] = true;
        }
      }
    }
    close();
  }

  const EndSet& of(size_t end) const { return joined_[end]; }

 private:
  void close() {
    for (size_t middle = 0; middle < kMostEnds; ++middle) {
      for (EndSet& net : joined_) {
        if (net[middle]) net |= joined_[middle];
      }
    }
  }

  std::array<EndSet, kMostEnds> joined_;
};

void add_stuck(const Evidence& evidence, size_t wire,
               std::vector<Fault>& faults) {
  const Rest near = evidence.rest[near_end(wire)];
  const Rest far = evidence.rest[far_end(wire)];
  const auto add = [&](Rest rest, FaultKind kind) {
    if (near != rest && far != rest) return;
    faults.push_back({kind, {}, near == rest, far == rest});
  };
  add(Rest::kLow, FaultKind::kStuckLow);
  add(Rest::kHigh, FaultKind::kStuckHigh);
  if (near != far) faults.push_back({FaultKind::kOpen, {}});
}

// A wire whose two ends are not joined is swapped or open.
void add_path(const Nets& nets, size_t wire, std::vector<Fault>& faults) {
  const EndSet& net = nets.of(near_end(wire));
  if (net[far_end(wire)]) return;
  // A wire with both ends in this net is shorted with it; add_shorts() names
  // it.
  const WireSet elsewhere = far_wires(net) & ~near_wires(net);
  if (elsewhere.any()) {
    faults.push_back({FaultKind::kSwapped, listed(elsewhere)});
  } else {
    faults.push_back({FaultKind::kOpen, {}});
  }
}

void add_shorts(const Nets& nets, size_t wire, std::vector<Fault>& faults) {
  WireSet others =
      near_wires(nets.of(near_end(wire))) | far_wires(nets.of(far_end(wire)));
  others[wire] = false;
  if (others.any()) faults.push_back({FaultKind::kShorted, listed(others)});
}

void add_unpulled(const Evidence& evidence, size_t wire,
                  std::vector<Fault>& faults) {
  const bool near = evidence.unpulled[near_end(wire)];
  const bool far = evidence.unpulled[far_end(wire)];
  if (near || far) {
    faults.push_back({FaultKind::kNoPullDown, {}, near, far});
  }
}

std::vector<Fault> diagnose_wire(const Evidence& evidence, const Nets& nets,
                                 size_t wire) {
  std::vector<Fault> faults;
  add_stuck(evidence, wire, faults);
  if (!faults.empty()) return faults;
  add_shorts(nets, wire, faults);
  // The pulls of shorted wires act on each other, so they prove nothing.
  if (faults.empty()) add_unpulled(evidence, wire, faults);
  if (evidence.untold[wire]) {
    faults.push_back({FaultKind::kUntold, {}});
  } else if (evidence.unsteady[wire]) {
    faults.push_back({FaultKind::kUnsteady, {}});
  } else {
    add_path(nets, wire, faults);
  }
  return faults;
}

}  // namespace

Diagnosis diagnose(const Evidence& evidence) {
  const Nets nets(evidence);
  Diagnosis diagnosis;
  for (size_t wire = 0; wire < kWires; ++wire) {
    diagnosis[wire] = diagnose_wire(evidence, nets, wire);
  }
  return diagnosis;
}

bool is_good(const Diagnosis& diagnosis) {
  return std::ranges::all_of(diagnosis,
                             [](const auto& faults) { return faults.empty(); });
}

}  // namespace pi_ring
