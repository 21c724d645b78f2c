// Reads and writes tokenizer.json: Hugging Face's format of a BPE tokenizer.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// Throws BadInput if the file is damaged or of a kind that is not supported.
TokenizerParts read_tokenizer_json(const std::filesystem::path& file);

// The same of what a file would say. The errors do not name a file, and the
// parts have no fingerprint.
TokenizerParts parts_of_tokenizer_json(const nlohmann::json& root);

// Writes a plain SentencePiece tokenizer (is_plain_sentencepiece). The pieces
// must be UTF-8, differ from each other and contain no space.
void write_tokenizer_json(const TokenizerParts& tokenizer,
                          const std::filesystem::path& file);

}  // namespace pi_ring
