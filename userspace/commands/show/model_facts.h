// What a model is, for `pi-ring show`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/folder/model_folder.h"
#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// The tensors of one type of numbers.
struct TypeFacts {
  std::string type;
  int tensors = 0;
  uint64_t bytes = 0;
};

struct NamedToken {
  int id = 0;
  std::string piece;  // empty without a tokenizer
};

struct ModelFacts {
  std::string files;              // such as "a GGUF file"
  uint64_t parameters = 0;        // of the whole model
  std::vector<TypeFacts> types;   // of the tensors that are here
  std::string tokenizer;          // its kind; empty: none is here
  std::vector<NamedToken> begin;  // the tokens before a text
  std::vector<NamedToken> end;    // each ends a text
  bool has_chat_template = false;
  int windowed_layers = 0;
};

// `tokenizer` is null where none is here. Throws BadInput.
ModelFacts facts_of(const ModelFolder& model, const TokenizerParts* tokenizer);

// Such as "llama3, factor 8, from 8,192 tokens"; "none".
std::string scaling_text(const RopeScaling& scaling);

}  // namespace pi_ring
