// The tokens that llama2.c knows by their place: three control tokens, then the
// bytes.
#pragma once

#include <string>

#include "model/text/byte_piece.h"

namespace pi_ring {

inline constexpr int kLlama2cControls = 3;  // unknown, begin, end
inline constexpr int kLlama2cFirstPiece = kLlama2cControls + kByteValues;

// The piece that belongs there in a tokenizer.json.
inline std::string llama2c_fixed_piece(int id) {
  constexpr const char* kControls[] = {"<unk>", "<s>", "</s>"};
  if (id < kLlama2cControls) return kControls[id];
  return byte_piece(static_cast<unsigned char>(id - kLlama2cControls));
}

// How tokenizer.bin spells a control token.
inline std::string llama2c_control_spelling(int id) {
  constexpr const char* kControls[] = {"<unk>", "\n<s>\n", "\n</s>\n"};
  return kControls[id];
}

}  // namespace pi_ring
