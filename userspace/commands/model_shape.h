// The shape of a new model, as a call gives it.
#pragma once

#include <string>

#include "model/architecture/config.h"

namespace pi_ring {

inline constexpr const char* kShapeNames =
    "260K, 15M, 42M, 110M or a config.json";

// The shape is a name, or a config.json by itself or in its folder. A name is
// given what `family` adds to its numbers; a file says its own family. Throws
// WrongCall where there is no such file, and BadInput where it is no config.
ModelConfig config_of_shape(const std::string& shape,
                            const Architecture& family);

}  // namespace pi_ring
