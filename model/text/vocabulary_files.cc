// Puts the files together to what a tokenizer.json would say.
#include "model/text/vocabulary_files.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/text/splitting_rules.h"
#include "model/text/tokenizer_json.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kGpt2Special = "<|endoftext|>";

json object_in(const fs::path& file) {
  json object = parse_json(MappedFile(file).text(), file);
  if (!object.is_object()) throw BadInput(file, "is not a JSON object");
  return object;
}

json object_if_there(const fs::path& file) {
  return fs::exists(file) ? object_in(file) : json::object();
}

// A merge a line, "left right", after a line with the version.
json merges_in(const fs::path& file) {
  const MappedFile map(file);
  std::string_view text = map.text();
  json merges = json::array();
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (merges.empty() && line.starts_with("#version"))) {
      continue;
    }
    if (find_invalid_utf8(line) != line.npos) {
      throw BadInput(file, "merge " + grouped(merges.size()) + " is not UTF-8");
    }
    merges.push_back(line);
  }
  return merges;
}

bool is_one_of(const std::string& name, std::string_view kind) {
  return name == kind || name == std::string(kind) + "Fast";
}

class VocabularyFiles {
 public:
  explicit VocabularyFiles(const fs::path& folder)
      : folder_(folder),
        settings_(object_if_there(folder / "tokenizer_config.json")),
        vocabulary_(object_in(folder / "vocab.json")) {}

  json tokenizer() const {
    const std::string kind =
        settings_.contains("tokenizer_class") &&
                settings_["tokenizer_class"].is_string()
            ? settings_["tokenizer_class"].get<std::string>()
            : "GPT2Tokenizer";
    const bool is_qwen2 = is_one_of(kind, "Qwen2Tokenizer");
    if (!is_qwen2 && !is_one_of(kind, "GPT2Tokenizer")) {
      throw BadInput(folder_ / "tokenizer_config.json",
                     "tokenizer_class " + in_quotes(kind) +
                         " is not supported with vocab.json and merges.txt, "
                         "only GPT2Tokenizer and Qwen2Tokenizer are");
    }
    return {{"added_tokens", added_tokens()},
            {"normalizer", is_qwen2 ? json{{"type", "NFC"}} : json()},
            {"pre_tokenizer",
             pre_tokenizer(is_qwen2 ? kQwen2Pattern : kGpt2Pattern)},
            {"decoder", {{"type", "ByteLevel"}}},
            {"model",
             {{"type", "BPE"},
              {"vocab", vocabulary_},
              {"merges", merges_in(folder_ / "merges.txt")}}}};
  }

 private:
  json pre_tokenizer(const char* pattern) const {
    const json split = {{"type", "Split"},
                        {"pattern", {{"Regex", pattern}}},
                        {"behavior", "Isolated"}};
    const json bytes = {
        {"type", "ByteLevel"},
        {"add_prefix_space", settings_.value("add_prefix_space", json(false))},
        {"use_regex", false}};
    // The space is put before the text before it is cut.
    if (bytes["add_prefix_space"] == true) {
      return {{"type", "ByteLevel"}, {"add_prefix_space", true}};
    }
    return {{"type", "Sequence"},
            {"pretokenizers", json::array({split, bytes})}};
  }

  // From tokenizer_config.json or, in older folders, added_tokens.json; and
  // GPT-2's end of a text, which no file names.
  json added_tokens() const {
    json tokens = json::array();
    const json decoder = decoder_of_settings();
    for (const auto& [id, token] : decoder.items()) {
      if (!token.is_object()) continue;
      tokens.push_back(token);
      tokens.back()["id"] = number_of(id);
    }
    if (tokens.empty()) {
      const json added = object_if_there(folder_ / "added_tokens.json");
      for (const auto& [piece, id] : added.items()) {
        tokens.push_back({{"id", id}, {"content", piece}, {"special", true}});
      }
    }
    if (tokens.empty() && vocabulary_.contains(kGpt2Special)) {
      tokens.push_back({{"id", vocabulary_[kGpt2Special]},
                        {"content", kGpt2Special},
                        {"special", true}});
    }
    return tokens;
  }

  json decoder_of_settings() const {
    json decoder = settings_.value("added_tokens_decoder", json::object());
    return decoder.is_object() ? decoder : json::object();
  }

  json number_of(const std::string& id) const {
    if (id.empty() || id.size() > 9 ||
        id.find_first_not_of("0123456789") != id.npos) {
      throw BadInput(folder_ / "tokenizer_config.json",
                     "added_tokens_decoder has the id " + in_quotes(id));
    }
    return std::stoi(id);
  }

  fs::path folder_;
  json settings_;
  json vocabulary_;
};

}  // namespace

TokenizerParts read_vocabulary_files(const fs::path& folder) {
  const json tokenizer = VocabularyFiles(folder).tokenizer();
  try {
    TokenizerParts parts = parts_of_tokenizer_json(tokenizer);
    Hash hash;
    for (const char* name : {"vocab.json", "merges.txt"}) {
      hash.add(MappedFile(folder / name).text());
    }
    parts.fingerprint = hash.value();
    return parts;
  } catch (const BadInput& error) {
    throw BadInput(folder / "vocab.json", error.what());
  }
}

}  // namespace pi_ring
