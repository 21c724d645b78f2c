// Messages and other JSON as values for a template.
#pragma once

#include <nlohmann/json.hpp>

#include "model/template/value.h"

namespace pi_ring {

// All texts in it count as given. Throws TemplateFault where it nests too
// deeply, or has a number that is no whole number of 64 bits and not finite.
Value given_value(const nlohmann::ordered_json& json);

}  // namespace pi_ring
