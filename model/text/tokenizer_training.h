// Makes a tokenizer of the texts that a model is to learn: byte-pair encoding
// as SentencePiece trains it.
#pragma once

#include <filesystem>
#include <span>

#include "model/text/tokenizer_json.h"

namespace pi_ring {

// Control tokens <unk> <s> </s>, a token a byte, and the space.
inline constexpr int kSmallestTrainedVocab = 3 + 256 + 1;
inline constexpr int kLargestTrainedVocab = 1 << 20;

// A vocabulary of `vocab` tokens: <unk> 0, <s> 1, </s> 2, the bytes, the pieces
// in the order in which they were found, and the characters. The same texts
// give the same tokenizer. Of large texts a sample is read. Throws BadInput
// where the texts are none, or too small for a vocabulary of that size.
TokenizerJson train_tokenizer(std::span<const std::filesystem::path> texts,
                              int vocab);

}  // namespace pi_ring
