// Reads tokenizer.model: SentencePiece's file, a message of Protocol Buffers.
#pragma once

#include <filesystem>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// Throws BadInput if the file is damaged, is not a BPE model, or changes texts
// in a way that is not supported.
TokenizerParts read_sentencepiece_model(const std::filesystem::path& file);

}  // namespace pi_ring
