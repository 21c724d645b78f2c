// The tokenizer in a model's folder, in whichever files it is.
#pragma once

#include <filesystem>
#include <span>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

struct TokenizerFile {
  std::filesystem::path path;
  TokenizerParts parts;
};

// Reads tokenizer.json; or, without it, tokenizer.model; or, without both,
// vocab.json and merges.txt. tokenizer_config.json says whether begin and end
// tokens are put around a text. Throws BadInput if a file is missing, damaged,
// or of a kind that is not supported.
TokenizerFile read_tokenizer_folder(const std::filesystem::path& folder);

// The names that files of a tokenizer may have in a folder.
std::span<const char* const> tokenizer_files();

// Whether the folder has a tokenizer.
bool has_tokenizer(const std::filesystem::path& folder);

}  // namespace pi_ring
