// Finds the faults of each wire from the evidence.
#pragma once

#include <array>
#include <vector>

#include "userspace/wires/evidence.h"

namespace pi_ring {

enum class FaultKind {
  kStuckLow,
  kStuckHigh,
  kOpen,
  kSwapped,
  kShorted,
  kNoPullDown,
  kUnsteady,
  kUntold,  // nothing could be found out
};

struct Fault {
  FaultKind kind;
  std::vector<size_t> with;  // other wires
  bool near = true;          // stuck and unpulled wires: at this end
  bool far = true;           // and at the other end
  bool operator==(const Fault&) const = default;
};

// The faults of each wire; a good wire has none.
using Diagnosis = std::array<std::vector<Fault>, kWires>;

Diagnosis diagnose(const Evidence& evidence);

bool is_good(const Diagnosis& diagnosis);

}  // namespace pi_ring
