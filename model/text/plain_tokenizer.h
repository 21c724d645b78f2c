// A tokenizer made from nothing, for a model that has learnt nothing yet.
#pragma once

#include <filesystem>

namespace pi_ring {

inline constexpr int kSmallestPlainVocab = 512;

// Writes folder/tokenizer.json: control and byte tokens, printable ASCII,
// common English pieces, and fillers that no text becomes, `vocab` in all.
// Throws BadInput where that is fewer than kSmallestPlainVocab.
void write_plain_tokenizer(int vocab, const std::filesystem::path& folder);

}  // namespace pi_ring
