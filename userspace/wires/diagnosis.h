// What is wrong with each wire, from what was seen.
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
  kUntold,  // nothing is known
};

struct Fault {
  FaultKind kind;
  std::vector<size_t> with;  // other wires
  bool near = true;          // for stuck and unpulled wires: at this end,
  bool far = true;           // at the other
  bool operator==(const Fault&) const = default;
};

// Of each wire; none: it is good.
using Diagnosis = std::array<std::vector<Fault>, kWires>;

Diagnosis diagnose(const Evidence& evidence);

bool is_good(const Diagnosis& diagnosis);

}  // namespace pi_ring
