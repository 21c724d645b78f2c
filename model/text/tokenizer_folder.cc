// Finds the tokenizer's files, and takes what tokenizer_config.json says.
#include "model/text/tokenizer_folder.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/wording.h"
#include "model/tensor/gguf_file.h"
#include "model/text/gguf_vocabulary.h"
#include "model/text/sentencepiece_model.h"
#include "model/text/tokenizer_json.h"
#include "model/text/vocabulary_files.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kJsonFile = "tokenizer.json";
constexpr const char* kModelFile = "tokenizer.model";
constexpr const char* kVocabularyFile = "vocab.json";
constexpr const char* kSettingsFile = "tokenizer_config.json";
constexpr const char* kFiles[] = {
    kJsonFile,     kModelFile,          kVocabularyFile,      "merges.txt",
    kSettingsFile, "added_tokens.json", "chat_template.jinja"};

// What tokenizer_config.json says about the tokens around a text.
class Settings {
 public:
  explicit Settings(const fs::path& file) : file_(file) {
    if (!fs::exists(file)) return;
    settings_ = parse_json(MappedFile(file).text(), file);
    if (!settings_.is_object()) throw BadInput(file, "is not a JSON object");
  }

  void apply(TokenizerParts& parts) const {
    const auto before = parts.before;
    const auto after = parts.after;
    apply_to(parts, parts.before, "add_bos_token", "bos_token");
    apply_to(parts, parts.after, "add_eos_token", "eos_token");
    if (parts.before == before && parts.after == after) return;
    Hash hash;
    hash.add(parts.fingerprint);
    for (const int id : parts.before) hash.add(static_cast<uint64_t>(id));
    hash.add(parts.before.size());
    for (const int id : parts.after) hash.add(static_cast<uint64_t>(id));
    parts.fingerprint = hash.value();
  }

 private:
  void apply_to(const TokenizerParts& parts, std::vector<int>& tokens,
                const char* flag, const char* name) const {
    const auto found = settings_.find(flag);
    if (found == settings_.end() || found->is_null()) return;
    if (!found->is_boolean()) {
      throw BadInput(file_, std::string(flag) + " is " + shown(*found) +
                                ", expected true or false");
    }
    const std::optional<int> token = id_of(parts, name);
    if (!found->get<bool>()) {
      // Without its name, the token is the only one that is there.
      if (token) {
        std::erase(tokens, *token);
      } else if (tokens.size() == 1) {
        tokens.clear();
      }
    } else if (!token && tokens.empty()) {
      throw BadInput(file_, std::string(flag) + " is true, but " + name +
                                " names no token of the vocabulary");
    } else if (token && std::ranges::find(tokens, *token) == tokens.end()) {
      tokens.insert(tokens.begin(), *token);
    }
  }

  // The name is a text, or an object with the text as its content.
  std::optional<int> id_of(const TokenizerParts& parts,
                           const char* name) const {
    json piece = settings_.value(name, json());
    if (piece.is_object()) piece = piece.value("content", json());
    if (!piece.is_string()) return std::nullopt;
    const auto& text = piece.get_ref<const std::string&>();
    const auto found = std::ranges::find(parts.pieces, text);
    if (found == parts.pieces.end()) return std::nullopt;
    return static_cast<int>(found - parts.pieces.begin());
  }

  fs::path file_;
  json settings_ = json::object();
};

TokenizerFile read_files(const fs::path& folder) {
  if (!fs::exists(folder / kJsonFile)) {
    if (fs::exists(folder / kModelFile)) {
      return {folder / kModelFile,
              read_sentencepiece_model(folder / kModelFile)};
    }
    if (fs::exists(folder / kVocabularyFile)) {
      return {folder / kVocabularyFile, read_vocabulary_files(folder)};
    }
  }
  return {folder / kJsonFile, read_tokenizer_json(folder / kJsonFile)};
}

}  // namespace

TokenizerFile read_tokenizer_folder(const fs::path& folder) {
  if (const auto gguf = find_gguf(folder)) {
    return {*gguf, parts_of(vocabulary_of(GgufFile(*gguf)))};
  }
  TokenizerFile tokenizer = read_files(folder);
  Settings(folder / kSettingsFile).apply(tokenizer.parts);
  return tokenizer;
}

std::span<const char* const> tokenizer_files() { return kFiles; }

bool has_tokenizer(const fs::path& folder) {
  if (const auto gguf = find_gguf(folder)) {
    return has_vocabulary(GgufFile(*gguf));
  }
  return std::ranges::any_of(
      std::array{kJsonFile, kModelFile, kVocabularyFile},
      [&](const char* name) { return fs::exists(folder / name); });
}

}  // namespace pi_ring
