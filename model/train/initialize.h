// Values to start training from: drawn, or read from a model.
#pragma once

#include <cstdint>
#include <span>

#include "model/architecture/config.h"
#include "model/train/parameter.h"

namespace pi_ring {

class Weights;

// Draws one parameter's values by seed and name alone, so that every ring
// starts from the same model: matrices normal with deviation 0.02, those that
// add to the residual over the root of their number less, norms 1.
void initialize(const ModelConfig& config, uint64_t seed, Parameter& parameter);

// Copies the values from a model, or from the shard with this rank's tensors.
// Throws BadInput.
void load(const Weights& weights, std::span<Parameter* const> parameters);

}  // namespace pi_ring
