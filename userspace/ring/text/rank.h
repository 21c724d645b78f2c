// A rank that holds layers and waits for the head: takes activations from the
// previous rank, runs its layers, hands them to the next.
#pragma once

#include "userspace/link/link.h"
#include "userspace/ring/message/rank_options.h"

namespace pi_ring {

// Serves until the links close, which is its normal end, and returns the exit
// status. What goes wrong here is told to the head, which tells the user.
int run_rank(const RankOptions& options, Link& up, Link& down);

}  // namespace pi_ring
