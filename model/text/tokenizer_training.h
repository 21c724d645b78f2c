// Trains a tokenizer on the texts that a model will be trained on: byte-pair
// encoding by SentencePiece's trainer.
#pragma once

#include <filesystem>
#include <span>

#include "model/text/tokenizer_json.h"

namespace pi_ring {

// The control tokens <unk> <s> </s>, a token for each byte, and the space.
inline constexpr int kSmallestTrainedVocab = 3 + 256 + 1;
inline constexpr int kLargestTrainedVocab = 1 << 20;

// Gives a vocabulary of `vocab` tokens: <unk> 0, <s> 1, </s> 2, the bytes, the
// pieces in the order in which they were found, and the characters. The same
// texts give the same tokenizer. A sample is enough of large texts. Throws
// BadInput if a file is not text, or if the texts do not have enough pieces for
// a vocabulary of that size.
TokenizerParts train_tokenizer(std::span<const std::filesystem::path> texts,
                               int vocab);

}  // namespace pi_ring
