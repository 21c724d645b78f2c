// Reads and writes config.json as Hugging Face lays it out for Llama models.
#include "model/architecture/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>

#include "model/architecture/config_check.h"
#include "model/architecture/config_fields.h"
#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr const char* kFileName = "config.json";
constexpr const char* kArchitecture = "LlamaForCausalLM";
constexpr const char* kModelType = "llama";
constexpr const char* kOurs = "pi_ring";
constexpr size_t kLargestFile = size_t{1} << 20;
// What Hugging Face's LlamaConfig takes where the file is silent.
constexpr float kDefaultEpsilon = 1e-6F;
constexpr float kDefaultTheta = 10000.0F;

json read_object(const std::filesystem::path& file) {
  const MappedFile map(file);
  if (map.size() > kLargestFile) {
    throw BadInput(file, std::to_string(map.size()) +
                             " bytes, expected at most " +
                             std::to_string(kLargestFile));
  }
  return parse_json(map.text(), file);
}

void check_architecture(const ConfigFields& fields) {
  if (!fields.has("architectures") && !fields.has("model_type")) {
    fields.refuse("model_type", kModelType);
  }
  if (fields.has("architectures") &&
      fields.at("architectures") != json::array({kArchitecture})) {
    fields.refuse("architectures", std::string("[\"") + kArchitecture + "\"]");
  }
  if (fields.has("model_type") && fields.at("model_type") != kModelType) {
    fields.refuse("model_type", kModelType);
  }
}

// What would change the arithmetic must not be passed over.
void refuse_variants(const ConfigFields& fields) {
  if (fields.text_or("hidden_act", "silu") != "silu") {
    fields.refuse("hidden_act", "\"silu\"");
  }
  for (const char* key : {"rope_scaling", "quantization_config"}) {
    if (fields.has(key)) fields.refuse(key, "none: it is not known here");
  }
  for (const char* key : {"attention_bias", "mlp_bias"}) {
    if (fields.flag_or(key, false)) fields.refuse(key, "false");
  }
}

// Newer files keep theta in an object of its own.
float read_theta(const ConfigFields& fields,
                 const std::filesystem::path& file) {
  if (!fields.has("rope_parameters")) {
    return fields.number_or("rope_theta", kDefaultTheta);
  }
  const ConfigFields rope(file, fields.at("rope_parameters"));
  if (rope.text_or("rope_type", "default") != "default") {
    rope.refuse("rope_type", "\"default\"");
  }
  return rope.number_or("rope_theta", kDefaultTheta);
}

void read_shape(const ConfigFields& fields, ModelConfig& config) {
  config.dim = fields.count("hidden_size", kLargestDim);
  config.hidden_dim = fields.count("intermediate_size", kLargestDim);
  config.layers = fields.count("num_hidden_layers", kMostLayers);
  config.heads = fields.count("num_attention_heads", kLargestDim);
  config.kv_heads =
      fields.count_or("num_key_value_heads", kLargestDim, config.heads);
  config.vocab = fields.count("vocab_size", kLargestVocab);
  config.context = fields.count("max_position_embeddings", kLongestContext);
}

void check_head_dim(const ConfigFields& fields, const ModelConfig& config) {
  const int64_t given =
      fields.count_or("head_dim", kLargestDim, config.head_dim());
  if (given * config.heads == config.dim) return;
  fields.refuse("head_dim", "hidden_size / num_attention_heads (" +
                                std::to_string(config.head_dim()) + ")");
}

// As ConfigFields::text_or takes it back: a file's or folder's name, where most
// models' come from, may be anything.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  if (text.size() > kLongestText) text.resize(kLongestText);
  return text;
}

// The folder's last name, whatever slashes or dots its path ends in.
std::string name_of(const std::filesystem::path& folder) {
  auto path = std::filesystem::absolute(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return one_line(path.filename().string());
}

void read_ours(const ConfigFields& fields, const std::filesystem::path& file,
               ModelConfig& config) {
  if (!fields.has(kOurs)) return;
  const ConfigFields ours(file, fields.at(kOurs));
  config.name = ours.text_or("name", config.name);
  config.note = ours.text_or("note", "");
}

// The double that is written with the fewest digits which still mean `value`:
// 1e-05 in the file, not 9.999999747378752e-06.
double shortest(float value) {
  std::array<char, 32> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value);
  double result = 0;
  std::from_chars(text.data(), written.ptr, result);
  return result;
}

json to_json(const ModelConfig& config) {
  return {{"architectures", {kArchitecture}},
          {"model_type", kModelType},
          {"hidden_act", "silu"},
          {"hidden_size", config.dim},
          {"intermediate_size", config.hidden_dim},
          {"num_hidden_layers", config.layers},
          {"num_attention_heads", config.heads},
          {"num_key_value_heads", config.kv_heads},
          {"vocab_size", config.vocab},
          {"max_position_embeddings", config.context},
          {"rms_norm_eps", shortest(config.norm_epsilon)},
          {"rope_theta", shortest(config.rope_theta)},
          {"tie_word_embeddings", config.tied},
          {"attention_bias", false},
          {"mlp_bias", false},
          {"bos_token_id", config.bos},
          {"eos_token_id", config.eos},
          {kOurs,
           {{"name", one_line(config.name)}, {"note", one_line(config.note)}}}};
}

}  // namespace

ModelConfig read_config(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kFileName;
  const json object = read_object(file);
  const ConfigFields fields(file, object);
  check_architecture(fields);
  refuse_variants(fields);
  ModelConfig config;
  config.name = name_of(folder);
  read_ours(fields, file, config);
  read_shape(fields, config);
  config.norm_epsilon = fields.number_or("rms_norm_eps", kDefaultEpsilon);
  config.rope_theta = read_theta(fields, file);
  config.tied = fields.flag_or("tie_word_embeddings", false);
  config.bos = fields.token_or("bos_token_id", config.bos);
  config.eos = fields.token_or("eos_token_id", config.eos);
  check_config(config, file);
  check_head_dim(fields, config);
  return config;
}

void write_config(const ModelConfig& config,
                  const std::filesystem::path& folder) {
  NewFile file(folder / kFileName);
  // A folder's name, where the model's comes from, may be any bytes.
  file.write(to_json(config).dump(/*indent=*/2, ' ', /*ensure_ascii=*/false,
                                  json::error_handler_t::replace) +
             "\n");
  file.commit();
}

}  // namespace pi_ring
