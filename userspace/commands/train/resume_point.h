// The checkpoint from which a run goes on: the newest one without damage.
#pragma once

#include <optional>

#include "model/train/checkpoint.h"
#include "userspace/commands/train/train_options.h"

namespace pi_ring {

// Returns the checkpoint to continue from, if any, and says on standard error
// which newer ones it passes over and why. Where the log alone is damaged, it
// is renamed, and a new one will begin. Throws WrongCall where the folder holds
// a run that the call does not want to continue, and BadInput, with all
// reasons, where all checkpoints are damaged.
std::optional<Checkpoint> find_checkpoint(const TrainOptions& options);

}  // namespace pi_ring
