// A tensor's values as f32, from whatever its file holds.
#pragma once

#include <cstdint>
#include <span>

#include "model/tensor/safetensors.h"

namespace pi_ring {

// The values in place, where the file holds f32 at an address fit for it;
// empty otherwise.
std::span<const float> values_in_place(const TensorView& view);

// Copies values [first, first + out.size()); the tensor must be readable and
// hold that many.
void copy_values(const TensorView& view, uint64_t first, std::span<float> out);

uint64_t count_of(const TensorView& view);

}  // namespace pi_ring
