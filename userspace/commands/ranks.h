// How many ranks a model runs on: what the user asked for, held to what the
// model can be cut into.
#pragma once

#include <filesystem>

#include "model/architecture/config.h"

namespace pi_ring {

// Throws WrongCall where a ring of so many cannot share this model's layers.
void check_ranks(int ranks, const ModelConfig& config);

// The ranks to run the model's folder on. `asked` is 0 where the user left it
// open: as the model was cut, or one. Throws WrongCall or BadInput.
int resolve_ranks(const std::filesystem::path& model, int asked);

}  // namespace pi_ring
