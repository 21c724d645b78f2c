// Fields that Hugging Face's config.json may have whatever the family, sorted.
#pragma once

#include <span>

#include "model/architecture/config_fields.h"

namespace pi_ring {

// A family's own list goes before these. What is in neither list is refused.
extern const std::span<const FieldRule> kFieldsOfMany;

}  // namespace pi_ring
