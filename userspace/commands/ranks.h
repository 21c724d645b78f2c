// How many ranks a model runs on, and which of them holds what: what the user
// asked for, held to what the model can be cut into.
#pragma once

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/folder/model_folder.h"

namespace pi_ring {

// Throws WrongCall where this many ranks cannot share this model's layers.
void check_ranks(int ranks, const ModelConfig& config);

// The cut to run the model with. `asked` is 0 where the user left the ranks
// open: as the model was cut, or one. Throws WrongCall or BadInput.
Cut choose_cut(const ModelFolder& model, int asked);

}  // namespace pi_ring
