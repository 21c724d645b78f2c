// Reads and writes tokenizer.json: Hugging Face's format of a BPE tokenizer,
// here of one that follows SentencePiece's conventions.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/text/bpe.h"

namespace pi_ring {

struct TokenizerJson {
  std::vector<std::string> pieces;  // by id; "▁" stands for the space
  std::vector<bool> control;        // by id; true for what is not text: <s>
  std::vector<Merge> merges;        // by rank
  int begin = 1;
  int unknown = 0;  // -1 if there is no such token
  bool byte_fallback = true;
  bool fuse_unknown = true;
};

// Throws BadInput if the file is damaged or of a kind that is not supported.
TokenizerJson read_tokenizer_json(const std::filesystem::path& file);

// The pieces must be UTF-8, differ from each other and contain no space.
void write_tokenizer_json(const TokenizerJson& tokenizer,
                          const std::filesystem::path& file);

}  // namespace pi_ring
