// A vocabulary as a GGUF file or a tokenizer.model holds it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// The numbers are those of both formats.
enum class PieceType {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

struct StoredVocabulary {
  enum class Kind {
    kSentencepiece,  // GGUF's tokenizer.ggml.model "llama"
    kByteLevel,      // "gpt2"
  };

  Kind kind = Kind::kSentencepiece;
  std::vector<std::string> pieces = {};
  std::vector<PieceType> types = {};  // empty: all are normal
  std::vector<float> scores =
      {};  // of kSentencepiece: the best is merged first
  std::vector<std::string> merges = {};  // of kByteLevel: "left right"
  // The value of tokenizer.ggml.pre, such as "llama-bpe", for kByteLevel.
  std::string splitting_rule = "default";
  int begin = -1;  // ids; -1 where there is none
  int end = -1;
  int unknown = -1;
  // Empty: as is usual for the kind and the splitting rule.
  std::optional<bool> add_begin = {};
  std::optional<bool> add_end = {};
  std::optional<bool> add_space_prefix = {};  // of kSentencepiece
};

// Throws BadInput if the lists do not fit each other, an id is out of range, or
// the splitting rule is not known.
TokenizerParts parts_of(const StoredVocabulary& vocabulary);

}  // namespace pi_ring
