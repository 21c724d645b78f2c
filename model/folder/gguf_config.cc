// Translates keys: a family's own description reads what config.json would say.
#include "model/folder/gguf_config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/architecture/config_fields.h"
#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/wording.h"
#include "model/folder/fingerprint.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kFamilyKey = "general.architecture";
constexpr const char* kNameKey = "general.name";
constexpr const char* kPieces = "tokenizer.ggml.tokens";

// A key of a family, without the family's name, and its names in config.json:
// those of most families, and GPT-2's.
struct GgufKey {
  std::string_view key;
  const char* field;
  const char* gpt2 = nullptr;
};

constexpr std::array kGgufKeys = {
    GgufKey{"context_length", "max_position_embeddings", "n_positions"},
    GgufKey{"embedding_length", "hidden_size", "n_embd"},
    GgufKey{"block_count", "num_hidden_layers", "n_layer"},
    GgufKey{"feed_forward_length", "intermediate_size", "n_inner"},
    GgufKey{"attention.head_count", "num_attention_heads", "n_head"},
    GgufKey{"attention.head_count_kv", "num_key_value_heads"},
    GgufKey{"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
    GgufKey{"attention.layer_norm_epsilon", "", "layer_norm_epsilon"},
    GgufKey{"attention.key_length", "head_dim"},
    GgufKey{"attention.sliding_window", "sliding_window"},
    GgufKey{"rope.freq_base", "rope_theta"},
    GgufKey{"rope.freq_base_swa", "rope_local_base_freq"},
    GgufKey{"vocab_size", "vocab_size", "vocab_size"},
};

// Keys that are read elsewhere here, or change nothing.
constexpr std::array<std::string_view, 10> kOtherGgufKeys = {
    "attention.value_length",
    "rope.dimension_count",
    "rope.scaling.type",
    "rope.scaling.factor",
    "rope.scaling.original_context_length",
    "rope.scaling.attn_factor",
    "rope.scaling.yarn_beta_fast",
    "rope.scaling.yarn_beta_slow",
    "rope.scaling.finetuned",
    "rope.scale_linear",
};

// Keys that change results, and the value with which they do not.
struct NeutralKey {
  std::string_view key;
  double neutral;
};
constexpr std::array kNeutralKeys = {
    NeutralKey{"expert_count", 0},
    NeutralKey{"expert_used_count", 0},
    NeutralKey{"attention.causal", 1},
    NeutralKey{"attention.max_alibi_bias", 0},
    NeutralKey{"attention.clamp_kqv", 0},
    NeutralKey{"attn_logit_softcapping", 0},
    NeutralKey{"final_logit_softcapping", 0},
    NeutralKey{"use_parallel_residual", 0},
    NeutralKey{"logit_scale", 1},
};

const Architecture* find_gguf_family(std::string_view name) {
  const auto families = architectures();
  const auto found = std::ranges::find(families, name, &Architecture::gguf);
  return found == families.end() ? nullptr : *found;
}

std::string names_of_gguf_families() {
  std::string all;
  std::string_view last;
  for (const Architecture* family : architectures()) {
    if (family->gguf != last) {
      all += (all.empty() ? "" : ", ") + std::string(family->gguf);
    }
    last = family->gguf;
  }
  return all;
}

// The metadata of one file, by the keys of its family.
class GgufKeys {
 public:
  GgufKeys(const fs::path& path, const GgufFile::Values& values)
      : path_(path), values_(values), family_(read_family()) {}

  const fs::path& path() const { return path_; }
  // By the whole name; null where there is none.
  const GgufValue* find_whole(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }

  const Architecture& family() const { return family_; }
  bool is_gpt2() const { return family_.positions == Positions::kLearned; }

  std::string full(std::string_view key) const {
    return std::string(family_.gguf) + "." + std::string(key);
  }
  const GgufValue* find(std::string_view key) const {
    return find_whole(full(key));
  }
  json number(std::string_view key) const {
    const GgufValue* value = find(key);
    return value == nullptr ? json() : to_json(key, *value);
  }
  std::string text(std::string_view key) const {
    const GgufValue* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_text()) refuse(key, "is not a text");
    return std::string(value->text());
  }
  [[noreturn]] void refuse(std::string_view key,
                           const std::string& reason) const {
    throw BadInput(path_, full(key) + " " + reason);
  }

  void check_known() const {
    const std::string prefix = full("");
    for (const auto& [name, value] : values_) {
      if (name.starts_with(prefix)) check(name.substr(prefix.size()), value);
    }
  }

 private:
  const Architecture& read_family() const {
    const GgufValue* value = find_whole(kFamilyKey);
    const std::string name =
        value != nullptr && value->is_text() ? std::string(value->text()) : "";
    if (const Architecture* family = find_gguf_family(name)) return *family;
    throw BadInput(path_, std::string(kFamilyKey) + " is " + shown(name) +
                              ", expected one of " + names_of_gguf_families());
  }

  json to_json(std::string_view key, const GgufValue& value) const {
    if (const auto number = value.same_number()) return *number;
    if (value.is_flag()) return value.flag();
    if (value.is_number()) return value.number();
    refuse(key, "is not one number");
  }

  void check(const std::string& key, const GgufValue& value) const {
    if (std::ranges::find(kGgufKeys, key, &GgufKey::key) != kGgufKeys.end() ||
        std::ranges::find(kOtherGgufKeys, key) != kOtherGgufKeys.end()) {
      return;
    }
    const auto* known = std::ranges::find(kNeutralKeys, key, &NeutralKey::key);
    if (known == kNeutralKeys.end()) {
      refuse(key, "is not known, and may change results");
    }
    const bool is_number = value.is_number() || value.is_flag();
    const double number = !is_number        ? std::nan("")
                          : value.is_flag() ? (value.flag() ? 1.0 : 0.0)
                                            : value.number();
    if (number == known->neutral) return;
    refuse(key, "changes results in a way that does not run here, expected " +
                    json(known->neutral).dump());
  }

  const fs::path& path_;
  const GgufFile::Values& values_;
  const Architecture& family_;
};

// What config.json would say of RoPE's scaling; null where there is none.
json scaling_of(const GgufKeys& keys) {
  const std::string type = keys.text("rope.scaling.type");
  json factor = keys.number("rope.scaling.factor");
  // As older files say it.
  if (factor.is_null()) factor = keys.number("rope.scale_linear");
  const bool has_factor = factor.is_number() && factor != 0 && factor != 1;
  if (type == "none" || !has_factor) return {};
  if (!type.empty() && type != "linear" && type != "yarn") {
    keys.refuse("rope.scaling.type",
                "is " + shown(type) + ", expected none, linear or yarn");
  }
  json scaling = {{"rope_type", type.empty() ? "linear" : type},
                  {"factor", factor}};
  if (type != "yarn") return scaling;
  const auto copy = [&](const char* key, const char* field) {
    const json value = keys.number(key);
    if (!value.is_null()) scaling[field] = value;
  };
  copy("rope.scaling.original_context_length",
       "original_max_position_embeddings");
  copy("rope.scaling.yarn_beta_fast", "beta_fast");
  copy("rope.scaling.yarn_beta_slow", "beta_slow");
  return scaling;
}

int64_t vocab_of(const GgufKeys& keys) {
  const json given = keys.number("vocab_size");
  if (given.is_number_integer()) return given.get<int64_t>();
  const GgufValue* pieces = keys.find_whole(kPieces);
  if (pieces != nullptr && pieces->is_array) {
    return static_cast<int64_t>(
        std::min<uint64_t>(pieces->count, uint64_t{1} << 40));
  }
  throw BadInput(keys.path(),
                 "says neither " + keys.full("vocab_size") + " nor " + kPieces);
}

bool is_tied(const GgufKeys& keys, bool has_classifier) {
  if (const GgufValue* value = keys.find_whole(kTiedKey)) {
    if (value->is_flag()) return value->flag();
  }
  return !has_classifier;
}

// Ids of tokens that the metadata name; those that are not there are left out.
json tokens_of(const GgufKeys& keys,
               std::initializer_list<std::string_view> names) {
  json tokens = json::array();
  for (const std::string_view name : names) {
    const GgufValue* value =
        keys.find_whole("tokenizer.ggml." + std::string(name) + "_token_id");
    if (value == nullptr || !value->is_whole_number()) continue;
    const json token = value->whole_number();
    if (std::ranges::find(tokens, token) == tokens.end()) {
      tokens.push_back(token);
    }
  }
  return tokens;
}

void add_tokens(const GgufKeys& keys, json& object) {
  const json begin = tokens_of(keys, {"bos"});
  const json ends = tokens_of(keys, {"eos", "eot", "eom"});
  object["bos_token_id"] = begin.empty() ? json() : begin.front();
  object["eos_token_id"] = ends.empty() ? json() : ends;
}

json config_json(const GgufKeys& keys, bool has_classifier) {
  json object = {{"architectures", json::array({keys.family().name})},
                 {"model_type", keys.family().model_type}};
  for (const GgufKey& key : kGgufKeys) {
    const char* field = keys.is_gpt2() ? key.gpt2 : key.field;
    const json number = keys.number(key.key);
    if (number.is_null()) continue;
    if (field == nullptr || *field == '\0') continue;
    object[field] = number;
  }
  object["vocab_size"] = vocab_of(keys);
  object["tie_word_embeddings"] = is_tied(keys, has_classifier);
  add_tokens(keys, object);
  const json scaling = scaling_of(keys);
  if (!scaling.is_null()) object["rope_scaling"] = scaling;
  return object;
}

// What llama.cpp takes from the family where the file is silent.
void complete_json(const GgufKeys& keys, json& object) {
  if (keys.family().model_type != "gemma3_text") return;
  const auto whole = [&](const char* field, int64_t fallback) {
    const json value = object.value(field, json());
    return value.is_number_integer() ? value.get<int64_t>() : fallback;
  };
  constexpr int64_t kLayersOfLargest = 62;
  constexpr int64_t kUsualWidth = 256;
  const int64_t heads = whole("num_attention_heads", 0);
  // The largest one's queries are scaled by another width than their own.
  const bool is_largest = whole("num_hidden_layers", 0) == kLayersOfLargest;
  object["query_pre_attn_scalar"] = is_largest && heads > 0
                                        ? whole("hidden_size", 0) / heads
                                        : whole("head_dim", kUsualWidth);
}

void check_widths(const GgufKeys& keys, const ModelConfig& config) {
  for (const char* key : {"attention.key_length", "attention.value_length",
                          "rope.dimension_count"}) {
    const json given = keys.number(key);
    if (given.is_null() || given == config.head_dim()) continue;
    keys.refuse(key, "is " + given.dump() + ", expected the width of a head, " +
                         std::to_string(config.head_dim()));
  }
}

void read_divisors(const GgufFile& file, ModelConfig& config) {
  if (file.find(kRopeDivisors) == nullptr) return;
  const std::vector<int64_t> shape = {config.head_dim() / 2};
  Tensor divisors(file, file.get(kRopeDivisors, shape));
  const std::span<const float> all = divisors.all();
  config.rope_scaling.divisors.assign(all.begin(), all.end());
  for (const float divisor : all) {
    if (divisor > 0.0F) continue;
    throw BadInput(file.path(), std::string(kRopeDivisors) +
                                    " holds a number that is not above 0");
  }
}

void write_scaling(const ModelConfig& config, const std::string& prefix,
                   GgufMetadata& metadata) {
  using Kind = RopeScaling::Kind;
  const RopeScaling& scaling = config.rope_scaling;
  if (scaling.kind != Kind::kLinear && scaling.kind != Kind::kYarn) return;
  const bool is_yarn = scaling.kind == Kind::kYarn;
  metadata.add(prefix + "rope.scaling.type", is_yarn ? "yarn" : "linear");
  metadata.add(prefix + "rope.scaling.factor", scaling.factor);
  if (!is_yarn) return;
  metadata.add(prefix + "rope.scaling.original_context_length",
               static_cast<uint32_t>(scaling.original_context));
  metadata.add(prefix + "rope.scaling.yarn_beta_fast", scaling.fast);
  metadata.add(prefix + "rope.scaling.yarn_beta_slow", scaling.slow);
}

ModelConfig config_from_values(const fs::path& path,
                               const GgufFile::Values& values,
                               bool has_classifier) {
  const GgufKeys keys(path, values);
  keys.check_known();
  json object = config_json(keys, has_classifier);
  complete_json(keys, object);
  ModelConfig config = config_from(object, path);
  config.format = FileFormat::kGguf;
  check_widths(keys, config);
  if (const GgufValue* name = keys.find_whole(kNameKey)) {
    if (name->is_text()) {
      config.name = on_one_line(name->text(), kLongestText);
    }
  }
  return config;
}

void add_keys(const ModelConfig& config, GgufMetadata& metadata) {
  const std::string prefix = std::string(config.architecture->gguf) + ".";
  const auto count = [&](const char* key, int value) {
    metadata.add(prefix + key, static_cast<uint32_t>(value));
  };
  metadata.add(kFamilyKey, config.architecture->gguf);
  metadata.add(kNameKey, config.name);
  count("context_length", config.context);
  count("embedding_length", config.dim);
  count("block_count", config.layers);
  count("feed_forward_length", config.hidden_dim);
  count("attention.head_count", config.heads);
  count("attention.head_count_kv", config.kv_heads);
  count("vocab_size", config.vocab);
  if (config.architecture->norm == NormKind::kMeanAndDeviation) {
    metadata.add(prefix + "attention.layer_norm_epsilon", config.norm_epsilon);
  } else {
    metadata.add(prefix + "attention.layer_norm_rms_epsilon",
                 config.norm_epsilon);
  }
  if (config.architecture->positions == Positions::kLearned) return;
  count("attention.key_length", config.head_dim());
  count("attention.value_length", config.head_dim());
  count("rope.dimension_count", config.head_dim());
  metadata.add(prefix + "rope.freq_base", config.rope_theta);
  if (config.window > 0) count("attention.sliding_window", config.window);
  if (config.window_theta > 0.0F) {
    metadata.add(prefix + "rope.freq_base_swa", config.window_theta);
  }
  write_scaling(config, prefix, metadata);
}

// What is in tensors or in the tokenizer's keys is not compared.
void check_sayable(const ModelConfig& config, const fs::path& model,
                   const GgufMetadata& metadata) {
  const auto values = read_gguf_values(
      model, std::as_bytes(std::span(metadata.bytes())), metadata.count());
  ModelConfig back = config_from_values(model, values, !config.tied);
  ModelConfig said = config;
  if (said.rope_scaling.kind == RopeScaling::Kind::kLlama3) {
    said.rope_scaling = back.rope_scaling;
  }
  back.architecture = said.architecture;
  back.bos = said.bos;
  back.eos = said.eos;
  if (fingerprint_of(back) == fingerprint_of(said)) return;
  throw BadInput(model, "is a " + std::string(config.architecture->name) +
                            " with settings that GGUF cannot say");
}

}  // namespace

ModelConfig read_gguf_config(const GgufFile& file) {
  const bool has_classifier = file.find("output.weight") != nullptr;
  ModelConfig config =
      config_from_values(file.path(), file.values(), has_classifier);
  if (config.name.empty()) {
    config.name = on_one_line(file.path().stem().string(), kLongestText);
  }
  read_divisors(file, config);
  return config;
}

void add_gguf_config(const ModelConfig& config, const fs::path& model,
                     GgufMetadata& metadata) {
  add_keys(config, metadata);
  check_sayable(config, model, metadata);
}

}  // namespace pi_ring
