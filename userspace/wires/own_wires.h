// Tests wires from one bank of this Pi to its other bank.
#pragma once

#include "userspace/wires/evidence.h"

namespace pi_ring {

// Moves each wire by its pulls first. Only a wire that follows them is raised,
// one end of one wire at a time, so that no output meets another one however
// the wires are joined. Leaves all ends as inputs that are pulled down.
Evidence try_own_wires(Ends& ends);

}  // namespace pi_ring
