// Translates keys: a family's own description reads what config.json would say.
#include "model/folder/gguf_config.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/architecture/config_fields.h"
#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/wording.h"
#include "model/folder/fingerprint.h"
#include "model/folder/gguf_keys.h"
#include "model/tensor/gguf_header.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kNameKey = "general.name";
constexpr const char* kPieces = "tokenizer.ggml.tokens";

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
