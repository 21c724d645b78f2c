// Values to start training from: drawn, or read from a model.
#pragma once

#include <cstdint>
#include <span>

#include "model/architecture/config.h"
#include "model/train/parameter.h"

namespace pi_ring {

class Weights;

// Draws one parameter's values as its family starts them, by seed and name
// alone, so that every ring starts from the same model.
void initialize(const ModelConfig& config, uint64_t seed, Parameter& parameter);

// Copies the values from a model, or from the shard with this rank's tensors.
// Throws BadInput.
void load(const Weights& weights, std::span<Parameter* const> parameters);

}  // namespace pi_ring
