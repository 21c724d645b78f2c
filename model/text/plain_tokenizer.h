// A tokenizer that needs no training text, for a model of random weights.
#pragma once

#include <filesystem>

namespace pi_ring {

inline constexpr int kSmallestPlainVocab = 512;

// Writes folder/tokenizer.json with `vocab` tokens: control and byte tokens,
// printable ASCII, common English pieces, and fillers that no text uses. Throws
// BadInput if `vocab` is less than kSmallestPlainVocab.
void write_plain_tokenizer(int vocab, const std::filesystem::path& folder);

}  // namespace pi_ring
