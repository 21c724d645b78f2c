// The end of a link that asks, while the neighbour answers.
#pragma once

#include "userspace/wires/answer.h"
#include "userspace/wires/evidence.h"

namespace pi_ring {

// `theirs`: the neighbour's strobe, kAck for a downstream bank, kClk for an
// upstream one; it is never driven here. Nothing is driven at all before the
// neighbour has shown that it answers, and so has its own lines as inputs.
// The far ends' names are the neighbour's.
Evidence ask_neighbour(Ends& ends, size_t theirs);

}  // namespace pi_ring
