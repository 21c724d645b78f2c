// Wires that lead from one bank of this Pi to its other bank.
#pragma once

#include "userspace/wires/evidence.h"

namespace pi_ring {

// Lets the pulls move each wire first; only a wire that follows them is raised,
// and one end of one wire at a time: whatever is wired to what, nothing meets
// another output. Leaves all ends inputs that are pulled down.
Evidence try_own_wires(Ends& ends);

}  // namespace pi_ring
