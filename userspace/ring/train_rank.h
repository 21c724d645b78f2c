// A rank that trains layers as the head tells it.
#pragma once

#include "userspace/link/link.h"
#include "userspace/ring/rank.h"

namespace pi_ring {

// Serves until the links close, which is its normal end, and returns the exit
// status. The model comes from the head's plan, not from the options. What goes
// wrong here is told to the head, which tells the user.
int run_train_rank(const RankOptions& options, Link& up, Link& down);

}  // namespace pi_ring
