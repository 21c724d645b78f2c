// What a test of the wires has found, for people and for programs.
#pragma once

#include <string>

#include "userspace/wires/diagnosis.h"

namespace pi_ring {

struct WiresReport {
  Diagnosis diagnosis;
  BankLines near;
  BankLines far;
  bool far_is_neighbour = false;  // the far ends are another Pi's
};

std::string wires_table(const WiresReport& report);
std::string wires_json(const WiresReport& report);

}  // namespace pi_ring
