// tokenizer.json, the file: Hugging Face's form of a BPE tokenizer with
// SentencePiece's manners.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/text/bpe.h"

namespace pi_ring {

struct TokenizerJson {
  std::vector<std::string> pieces;  // by id; "▁" stands for the space
  std::vector<bool> control;        // by id; true: not text, such as <s>
  std::vector<Merge> merges;        // by rank
  int begin = 1;
  int unknown = 0;  // -1: none
  bool byte_fallback = true;
  bool fuse_unknown = true;
};

// Throws BadInput where the file is damaged or of a kind not known here.
TokenizerJson read_tokenizer_json(const std::filesystem::path& file);

// Pieces are UTF-8, differ from each other and hold no space.
void write_tokenizer_json(const TokenizerJson& tokenizer,
                          const std::filesystem::path& file);

}  // namespace pi_ring
