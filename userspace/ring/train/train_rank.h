// A rank that trains layers as the head tells it.
#pragma once

#include <string>

#include "userspace/link/link.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/mail.h"

namespace pi_ring {

// Serves until the links close, which is its normal end, and returns the exit
// status. The model comes from the head's plan, not from the options. What goes
// wrong here is told to the head, which tells the user.
int run_train_rank(const RankOptions& options, Link& up, Link& down);

// The same for a rank that outlives the training, whose plan has come already.
// Closes the links, and returns why it is over.
std::string serve_training(const RankOptions& options, Link& up, Link& down,
                           Letter plan);

}  // namespace pi_ring
