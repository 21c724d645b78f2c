// A small tokenizer for tests: control and byte tokens, and a few pieces.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "model/text/sentencepiece.h"
#include "model/text/tokenizer_json.h"
#include "tests/temporary_folder.h"

namespace pi_ring {

inline constexpr int kBegin = 1;

inline int byte_token(int byte) { return 3 + byte; }

// Ids 0 to 2 are control tokens, 3 to 258 bytes, then come ▁ a b c, ab bc abc
// ▁a.
enum ExampleId { kSpace = 259, kA, kB, kC, kAB, kBC, kABC, kSpaceA, kCount };

inline TokenizerParts example_tokenizer() {
  TokenizerParts tokenizer;
  tokenizer.pieces = {"<unk>", "<s>", "</s>"};
  for (int byte = 0; byte < kByteValues; ++byte) {
    tokenizer.pieces.push_back(byte_piece(byte));
  }
  for (const char* piece : {"▁", "a", "b", "c", "ab", "bc", "abc", "▁a"}) {
    tokenizer.pieces.emplace_back(piece);
  }
  tokenizer.control.resize(tokenizer.pieces.size());
  for (int id = 0; id < 3; ++id) tokenizer.control[id] = true;
  tokenizer.merges = {
      {kB, kC, kBC}, {kA, kB, kAB}, {kA, kBC, kABC}, {kSpace, kA, kSpaceA}};
  return tokenizer;
}

inline nlohmann::json read_example_json() {
  const TemporaryFolder folder;
  const auto file = folder.path() / "tokenizer.json";
  write_tokenizer_json(example_tokenizer(), file);
  std::ifstream stream(file);
  return nlohmann::json::parse(stream);
}

}  // namespace pi_ring
