// Changes a text before it is cut into tokens, as a tokenizer says. Only this
// file knows utf8proc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/text/pattern.h"
#include "model/text/tokenizer_parts.h"

namespace pi_ring {

class Normalizer {
 public:
  // Throws BadInput if a step's pattern is wrong.
  explicit Normalizer(const std::vector<NormalizerStep>& steps);

  bool is_identity() const { return steps_.empty(); }
  // Whether all steps are Unicode's normal forms.
  bool has_forms_only() const;

  // The text must be UTF-8. `is_first` is false for the rest of a text whose
  // beginning is normalised elsewhere.
  std::string apply(std::string_view text, bool is_first) const;

 private:
  struct Step {
    NormalizerStep step;
    std::optional<Pattern> pattern;
  };

  std::vector<Step> steps_;
};

}  // namespace pi_ring
