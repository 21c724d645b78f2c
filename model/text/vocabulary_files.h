// Reads vocab.json and merges.txt: the older form of a byte-level tokenizer.
#pragma once

#include <filesystem>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// tokenizer_config.json says which tokenizer it is; without that it is GPT-2's.
// Throws BadInput if a file is missing or damaged, or the tokenizer is of
// another kind.
TokenizerParts read_vocabulary_files(const std::filesystem::path& folder);

}  // namespace pi_ring
