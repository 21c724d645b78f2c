// The asking end of a link, while the neighbour answers.
#pragma once

#include "userspace/wires/answer.h"
#include "userspace/wires/evidence.h"

namespace pi_ring {

// Asks about each wire. `theirs` is the neighbour's strobe, kAck for a
// downstream bank and kClk for an upstream bank; it is never driven here. No
// line is driven before the neighbour's beacon has been seen, which shows that
// the neighbour's lines are inputs. The far ends have the neighbour's names.
Evidence ask_neighbour(Ends& ends, size_t theirs);

}  // namespace pi_ring
