// Reads headers only, and the tokenizer.
#include "userspace/commands/show/model_facts.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "model/base/wording.h"
#include "model/chat/chat_template.h"
#include "userspace/commands/formatted.h"

namespace pi_ring {
namespace {

std::string files_of(const ModelFolder& model) {
  const std::string ranks = std::to_string(model.ranks());
  switch (model.kind()) {
    case ModelFolder::Kind::kShard:
      return "the shard of rank " + std::to_string(model.single_shard()->rank) +
             " of " + ranks;
    case ModelFolder::Kind::kShards:
      return std::to_string(model.parts().size()) + " shards of " + ranks;
    case ModelFolder::Kind::kCheckpoint:
      return "a checkpoint of " + ranks + (ranks == "1" ? " rank" : " ranks");
    case ModelFolder::Kind::kWhole:
      break;
  }
  return model.gguf() != nullptr ? "a GGUF file" : "a folder";
}

uint64_t parameters_of(const ModelConfig& config) {
  uint64_t sum = 0;
  for (const ModelTensor& tensor : tensors_of(config)) {
    uint64_t values = 1;
    for (const int64_t size : tensor.shape) {
      values *= static_cast<uint64_t>(size);
    }
    sum += values;
  }
  return sum;
}

std::vector<TypeFacts> types_of(const ModelFolder& model) {
  std::map<DType, TypeFacts> by_type;
  for (const ModelPart& part : model.parts()) {
    for (const auto& [name, view] : part.tensors->tensors()) {
      TypeFacts& facts = by_type[view.dtype];
      facts.type = name_of(view.dtype);
      ++facts.tensors;
      facts.bytes += view.bytes.size();
    }
  }
  std::vector<TypeFacts> types;
  types.reserve(by_type.size());
  for (auto& [type, facts] : by_type) types.push_back(std::move(facts));
  std::ranges::sort(types, std::greater(), &TypeFacts::bytes);
  return types;
}

std::vector<NamedToken> named(const std::vector<int>& ids,
                              const TokenizerParts* tokenizer) {
  std::vector<NamedToken> tokens;
  for (const int id : ids) {
    const auto at = static_cast<size_t>(id);
    const bool is_known = tokenizer != nullptr && at < tokenizer->pieces.size();
    tokens.push_back({id, is_known ? tokenizer->pieces[at] : ""});
  }
  return tokens;
}

std::string kind_of(const TokenizerParts& parts) {
  return parts.spelling == TokenizerParts::Spelling::kByteLevel
             ? "byte-level BPE"
             : "SentencePiece";
}

}  // namespace

ModelFacts facts_of(const ModelFolder& model, const TokenizerParts* tokenizer) {
  const ModelConfig& config = model.config();
  ModelFacts facts;
  facts.files = files_of(model);
  facts.parameters = parameters_of(config);
  facts.types = types_of(model);
  if (tokenizer != nullptr) {
    facts.tokenizer = kind_of(*tokenizer);
    facts.begin = named(tokenizer->before, tokenizer);
  }
  facts.end = named(config.eos, tokenizer);
  facts.has_chat_template =
      find_chat_template(model.tokenizer_folder()).has_value();
  facts.windowed_layers =
      static_cast<int>(std::ranges::count(config.windowed, true));
  return facts;
}

std::string scaling_text(const RopeScaling& scaling) {
  constexpr std::array<std::string_view, 5> kNames = {
      "none", "linear", "dynamic", "llama3", "yarn"};
  std::string text(kNames.at(static_cast<size_t>(scaling.kind)));
  if (scaling.kind != RopeScaling::Kind::kNone) {
    text += formatted(", factor %g", static_cast<double>(scaling.factor));
  }
  if (scaling.original_context > 0) {
    text += ", from " + grouped(scaling.original_context) + " tokens";
  }
  if (!scaling.divisors.empty()) text += ", divisors of the file";
  return text;
}

}  // namespace pi_ring
