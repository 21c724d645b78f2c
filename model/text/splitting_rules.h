// The regular expressions by which well-known tokenizers cut a text, and the
// names that GGUF files have for them.
#pragma once

#include <string_view>
#include <vector>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

extern const char* const kGpt2Pattern;
extern const char* const kLlama3Pattern;
extern const char* const kQwen2Pattern;

// Whether it is one of the expressions of this file. Each cuts before a space
// between two ASCII letters, whatever is around them, and none is slow.
bool is_known_pattern(std::string_view expression);

struct SplittingRule {
  std::vector<CutStep> cuts;
  bool ignore_merges = false;
  bool has_nfc = false;
  bool adds_begin = false;  // unless the file says
};

// The rule of GGUF's tokenizer.ggml.pre. Throws BadInput with the known names
// if this one is not known.
SplittingRule splitting_rule(std::string_view name);

}  // namespace pi_ring
