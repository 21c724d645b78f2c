// Makes lists of pieces, types, scores and merges of a tokenizer's parts.
#include "model/exchange/gguf_tokenizer.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/bad_input.h"
#include "model/chat/chat_template.h"
#include "model/exchange/piece_scores.h"
#include "model/tensor/gguf_file.h"
#include "model/text/sentencepiece.h"
#include "model/text/splitting_rules.h"
#include "model/text/stored_vocabulary.h"
#include "model/text/tokenizer_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using Spelling = TokenizerParts::Spelling;

constexpr std::string_view kTokenizerKeys = "tokenizer.";
constexpr const char* kTemplateKey = "tokenizer.chat_template";

void copy_tokenizer_keys(const GgufFile& file, GgufMetadata& metadata) {
  for (const auto& [key, value] : file.values()) {
    if (key.starts_with(kTokenizerKeys)) metadata.add(key, value);
  }
}

// Pads to the model's vocabulary, as converters do.
std::vector<std::string> padded_pieces(const TokenizerParts& parts, int vocab) {
  std::vector<std::string> pieces = parts.pieces;
  for (int id = static_cast<int>(pieces.size()); id < vocab; ++id) {
    pieces.push_back("[PAD" + std::to_string(id) + "]");
  }
  return pieces;
}

std::vector<int32_t> types_of(const TokenizerParts& parts, size_t count) {
  std::vector<int32_t> types(count, static_cast<int32_t>(PieceType::kUnused));
  const auto put = [&](size_t id, PieceType type) {
    types[id] = static_cast<int32_t>(type);
  };
  for (size_t id = 0; id < parts.pieces.size(); ++id) {
    const bool is_byte = parts.spelling == Spelling::kSentencepiece &&
                         byte_of_piece(parts.pieces[id]).has_value();
    put(id, parts.control[id] ? PieceType::kControl
            : is_byte         ? PieceType::kByte
                              : PieceType::kNormal);
  }
  for (const AddedToken& token : parts.added) {
    put(static_cast<size_t>(token.id),
        token.special ? PieceType::kControl : PieceType::kUserDefined);
  }
  if (parts.unknown >= 0 && parts.control[static_cast<size_t>(parts.unknown)]) {
    put(static_cast<size_t>(parts.unknown), PieceType::kUnknown);
  }
  return types;
}

std::vector<float> scores_for(const TokenizerParts& parts,
                              const std::vector<int32_t>& types) {
  std::vector<bool> mergeable;
  for (size_t id = 0; id < parts.pieces.size(); ++id) {
    mergeable.push_back(types[id] == static_cast<int32_t>(PieceType::kNormal));
  }
  std::vector<float> scores = piece_scores(parts, mergeable);
  scores.resize(types.size(), 0.0F);
  return scores;
}

std::vector<std::string> merges_of(const TokenizerParts& parts) {
  std::vector<std::string> merges;
  for (const Merge& merge : parts.merges) {
    merges.push_back(parts.pieces.at(static_cast<size_t>(merge.left)) + " " +
                     parts.pieces.at(static_cast<size_t>(merge.right)));
  }
  return merges;
}

// The rule that cuts as these parts do.
std::string_view rule_of(const TokenizerParts& parts) {
  for (const std::string_view name : {"llama-bpe", "qwen2", "gpt-2"}) {
    const SplittingRule rule = splitting_rule(name);
    if (rule.cuts == parts.cuts && rule.ignore_merges == parts.ignore_merges &&
        rule.has_nfc == !parts.normalizer.empty()) {
      return name;
    }
  }
  throw BadInput("cuts a text in a way that GGUF has no name for");
}

void add_id(const char* key, int id, GgufMetadata& metadata) {
  if (id >= 0) metadata.add(key, static_cast<uint32_t>(id));
}

void add_ends(const ModelConfig& config, const TokenizerParts& parts,
              GgufMetadata& metadata) {
  add_id("tokenizer.ggml.bos_token_id", config.bos, metadata);
  constexpr std::array kEnds = {"tokenizer.ggml.eos_token_id",
                                "tokenizer.ggml.eot_token_id",
                                "tokenizer.ggml.eom_token_id"};
  for (size_t i = 0; i < std::min(kEnds.size(), config.eos.size()); ++i) {
    add_id(kEnds[i], config.eos[i], metadata);
  }
  add_id("tokenizer.ggml.unknown_token_id", parts.unknown, metadata);
  metadata.add("tokenizer.ggml.add_bos_token", !parts.before.empty());
  metadata.add("tokenizer.ggml.add_eos_token", !parts.after.empty());
}

void require_known_ends(const TokenizerParts& parts,
                        const ModelConfig& config) {
  const bool is_begin =
      parts.before.empty() || parts.before == std::vector<int>{config.bos};
  const bool is_end =
      parts.after.empty() ||
      (!config.eos.empty() && parts.after == std::vector{config.eos.front()});
  if (is_begin && is_end) return;
  throw BadInput(
      "puts other tokens around a text than the model's begin and end, which "
      "GGUF cannot say");
}

void add_parts(const TokenizerParts& parts, const ModelConfig& config,
               GgufMetadata& metadata) {
  require_known_ends(parts, config);
  const auto pieces = padded_pieces(parts, config.vocab);
  const auto types = types_of(parts, pieces.size());
  const bool is_bytes = parts.spelling == Spelling::kByteLevel;
  metadata.add("tokenizer.ggml.model", is_bytes ? "gpt2" : "llama");
  metadata.add("tokenizer.ggml.pre",
               is_bytes ? rule_of(parts) : std::string_view("default"));
  metadata.add("tokenizer.ggml.tokens", std::span(pieces));
  if (is_bytes) {
    const auto merges = merges_of(parts);
    metadata.add("tokenizer.ggml.merges", std::span(merges));
  } else {
    const auto scores = scores_for(parts, types);
    metadata.add("tokenizer.ggml.scores", std::span(scores));
    metadata.add("tokenizer.ggml.add_space_prefix", parts.drops_first_space);
  }
  metadata.add("tokenizer.ggml.token_type", std::span(types));
  add_ends(config, parts, metadata);
}

}  // namespace

void add_gguf_tokenizer(const fs::path& folder, const ModelConfig& config,
                        GgufMetadata& metadata) {
  if (const auto gguf = find_gguf(folder)) {
    return copy_tokenizer_keys(GgufFile(*gguf), metadata);
  }
  const TokenizerFile tokenizer = read_tokenizer_folder(folder);
  try {
    add_parts(tokenizer.parts, config, metadata);
  } catch (const BadInput& error) {
    throw BadInput(tokenizer.path, error.what());
  }
  if (const auto chat = find_chat_template(folder)) {
    metadata.add(kTemplateKey, chat->text);
  }
}

}  // namespace pi_ring
