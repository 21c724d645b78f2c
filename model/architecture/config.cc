// Reads, checks and writes config.json: what is the same for every family.
#include "model/architecture/config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/architecture/config_fields.h"
#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr const char* kFileName = "config.json";
constexpr const char* kGenerationFile = "generation_config.json";
constexpr const char* kEndTokens = "eos_token_id";
constexpr const char* kOurs = "pi_ring";
constexpr size_t kLargestFile = size_t{1} << 20;

json read_object(const std::filesystem::path& file) {
  const MappedFile map(file);
  if (map.size() > kLargestFile) {
    throw BadInput(file, std::to_string(map.size()) +
                             " bytes, expected at most " +
                             std::to_string(kLargestFile));
  }
  return parse_json(map.text(), file);
}

bool says(const ConfigFields& fields, const char* key, const json& value) {
  return !fields.has(key) || fields.at(key) == value;
}

// The names that config.json may have, as a list for a message, without those
// that are empty.
template <typename Name>
std::string names_of_families(const Name& name) {
  std::string all;
  for (const Architecture* family : architectures()) {
    const std::string one = name(*family);
    if (!one.empty()) all += (all.empty() ? "" : " or ") + one;
  }
  return all;
}

const Architecture& read_architecture(const ConfigFields& fields) {
  const bool named = fields.has("architectures") || fields.has("model_type");
  bool is_known = false;
  for (const Architecture* family : architectures()) {
    const bool same =
        says(fields, "architectures", json::array({family->name}));
    is_known = is_known || same;
    if (named && same && says(fields, "model_type", family->model_type)) {
      return *family;
    }
  }
  if (fields.has("architectures") && !is_known) {
    fields.refuse("architectures", names_of_families([](const auto& family) {
                    return "[\"" + std::string(family.name) + "\"]";
                  }));
  }
  fields.refuse("model_type", names_of_families([&](const auto& family) {
                  const bool fits =
                      says(fields, "architectures", json::array({family.name}));
                  return std::string(fits ? family.model_type : "");
                }));
}

// As ConfigFields::text_or takes it back: a file's or folder's name, where most
// models' come from, may be anything.
std::string one_line(const std::string& text) {
  return on_one_line(text, kLongestText);
}

// The folder's last name, whatever slashes or dots its path ends in.
std::string name_of(const std::filesystem::path& folder) {
  auto path = std::filesystem::absolute(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return one_line(path.filename().string());
}

void read_ours(const ConfigFields& fields, ModelConfig& config) {
  if (!fields.has(kOurs)) return;
  const ConfigFields ours = fields.object(kOurs);
  config.name = ours.text_or("name", config.name);
  config.note = ours.text_or("note", "");
}

void check_multiple(const std::filesystem::path& file, const char* what,
                    int number, const char* of, int divisor) {
  if (number % divisor == 0) return;
  throw BadInput(file, std::string(what) + " is " + std::to_string(number) +
                           ", expected a multiple of " + of + " (" +
                           std::to_string(divisor) + ")");
}

void check_width(const std::filesystem::path& file, const char* what,
                 int64_t width) {
  if (width <= kLargestDim) return;
  throw BadInput(file, std::string(what) + " is " + std::to_string(width) +
                           ", expected at most " + std::to_string(kLargestDim));
}

void check_theta(const std::filesystem::path& file, float theta) {
  if (std::isfinite(theta) && theta >= 1.0F) return;
  throw BadInput(file, "RoPE's theta is " + std::to_string(theta) +
                           ", expected at least 1");
}

void check_scaling(const std::filesystem::path& file,
                   const RopeScaling& scaling) {
  using Kind = RopeScaling::Kind;
  const bool has_ends =
      scaling.kind == Kind::kLlama3 || scaling.kind == Kind::kYarn;
  const bool fits =
      scaling.factor >= 1.0F && scaling.attention_factor > 0.0F &&
      (!has_ends || (scaling.original_context > 0 && scaling.slow > 0.0F &&
                     scaling.fast >= scaling.slow));
  if (!fits) throw BadInput(file, "the scaling of RoPE makes no sense");
}

void check_windows(const std::filesystem::path& file,
                   const ModelConfig& config) {
  if (config.windowed.empty() && config.window == 0) return;
  if (config.window > 0 &&
      config.windowed.size() == static_cast<size_t>(config.layers)) {
    return;
  }
  throw BadInput(file, "the layers' windows do not fit its " +
                           std::to_string(config.layers) + " layers");
}

void check_token(const std::filesystem::path& file, const char* what, int token,
                 int vocab) {
  if (token >= 0 && token < vocab) return;
  throw BadInput(file, std::string(what) + " is " + std::to_string(token) +
                           ", expected 0 to " + std::to_string(vocab - 1));
}

void check_end_tokens(const std::filesystem::path& file,
                      const ModelConfig& config) {
  if (config.eos.size() > kMostEndTokens) {
    throw BadInput(file, "there are " + std::to_string(config.eos.size()) +
                             " end tokens, expected at most " +
                             std::to_string(kMostEndTokens));
  }
  for (const int token : config.eos) {
    check_token(file, "the end token", token, config.vocab);
  }
}

// A chat model's turns end with another token than its texts, and often only
// this file says so.
void add_end_tokens_of_generation(const std::filesystem::path& folder,
                                  ModelConfig& config) {
  const std::filesystem::path file = folder / kGenerationFile;
  if (!std::filesystem::exists(file)) return;
  const json object = read_object(file);
  for (const int token : ConfigFields(file, object).tokens_or(kEndTokens, {})) {
    if (std::ranges::find(config.eos, token) != config.eos.end()) continue;
    config.eos.push_back(token);
  }
  check_end_tokens(file, config);
}

json json_of_tokens(const std::vector<int>& tokens) {
  if (tokens.empty()) return nullptr;
  return tokens.size() == 1 ? json(tokens.front()) : json(tokens);
}

}  // namespace

ModelConfig read_config(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kFileName;
  ModelConfig config = config_from(read_object(file), file);
  if (config.name.empty()) config.name = name_of(folder);
  add_end_tokens_of_generation(folder, config);
  return config;
}

ModelConfig config_from(const json& object, const std::filesystem::path& file) {
  const ConfigFields fields(file, object);
  ModelConfig config;
  config.architecture = &read_architecture(fields);
  fields.check_known(config.architecture->fields);
  read_ours(fields, config);
  config.architecture->read(fields, config);
  config.bos = fields.token_or("bos_token_id", config.bos);
  config.eos = fields.tokens_or(kEndTokens, config.eos);
  check_config(config, file);
  return config;
}

void write_config(const ModelConfig& config,
                  const std::filesystem::path& folder) {
  json object = config.architecture->write(config);
  object["architectures"] = json::array({config.architecture->name});
  object["model_type"] = config.architecture->model_type;
  object["bos_token_id"] = config.bos == kNoToken ? json() : json(config.bos);
  object[kEndTokens] = json_of_tokens(config.eos);
  object[kOurs] = {{"name", one_line(config.name)},
                   {"note", one_line(config.note)}};
  NewFile file(folder / kFileName);
  // A folder's name, where the model's comes from, may be any bytes.
  file.write(object.dump(/*indent=*/2, ' ', /*ensure_ascii=*/false,
                         json::error_handler_t::replace) +
             "\n");
  file.commit();
}

int checked_count(const std::filesystem::path& file, std::string_view field,
                  int64_t value, int64_t most) {
  if (value >= 1 && value <= most) return static_cast<int>(value);
  throw BadInput(file, std::string(field) + " is " + std::to_string(value) +
                           ", expected 1 to " + std::to_string(most));
}

void check_config(const ModelConfig& config,
                  const std::filesystem::path& file) {
  if (config.head_width == 0) {
    check_multiple(file, "the hidden size", config.dim, "the attention heads",
                   config.heads);
  }
  check_width(file, "all heads' width",
              int64_t{config.head_dim()} * config.heads);
  check_multiple(file, "the number of attention heads", config.heads,
                 "the key-value heads", config.kv_heads);
  if (config.architecture->positions == Positions::kRotary) {
    check_multiple(file, "the head's size", config.head_dim(), "a pair", 2);
  }
  if (config.bos != kNoToken) {
    check_token(file, "the begin token", config.bos, config.vocab);
  }
  check_end_tokens(file, config);
  if (!(config.norm_epsilon > 0.0F && config.norm_epsilon < 1.0F)) {
    throw BadInput(file, "the norm's epsilon is " +
                             std::to_string(config.norm_epsilon) +
                             ", expected more than 0 and less than 1");
  }
  check_theta(file, config.rope_theta);
  if (config.window_theta != 0.0F) check_theta(file, config.window_theta);
  check_scaling(file, config.rope_scaling);
  check_windows(file, config);
}

}  // namespace pi_ring
