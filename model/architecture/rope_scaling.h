// How RoPE's angles are made smaller, so that a model reads texts longer than
// those that it was first trained on.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace pi_ring {

class ConfigFields;

struct RopeScaling {
  enum class Kind {
    kNone,
    kLinear,   // every angle over `factor`
    kDynamic,  // for positions past the context only: none up to it
    kLlama3,   // slow angles over `factor`, fast ones as they are
    kYarn,     // the same with a ramp by channel, and larger queries and keys
  };

  Kind kind = Kind::kNone;
  float factor = 1.0F;
  int original_context = 0;  // that of the first training
  // Turns within that context: angles of fewer than `slow` are scaled in full,
  // those of more than `fast` not at all.
  float slow = 1.0F;
  float fast = 4.0F;
  float attention_factor = 1.0F;  // of cosines and sines: YaRN's
  bool whole_channels = true;     // YaRN's ramp begins and ends at whole ones
  // One a pair of channels, or none: its angles are divided by it (the tensor
  // rope_freqs.weight of GGUF).
  std::vector<float> divisors;

  bool operator==(const RopeScaling&) const = default;
};

// From an object such as config.json's rope_scaling, for a model of this
// context. Throws BadInput where a field is missing, makes no sense or is not
// known.
RopeScaling read_rope_scaling(const ConfigFields& fields, int context);

// Nothing where there is none.
nlohmann::json rope_scaling_json(const RopeScaling& scaling);

}  // namespace pi_ring
