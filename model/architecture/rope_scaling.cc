// Reads and writes the object that config.json has for RoPE.
#include "model/architecture/rope_scaling.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/architecture/config.h"
#include "model/architecture/config_fields.h"

namespace pi_ring {
namespace {

using Kind = RopeScaling::Kind;
using nlohmann::json;

struct KindName {
  Kind kind;
  std::string_view name;
};

constexpr std::array kKinds = {
    KindName{Kind::kNone, "default"}, KindName{Kind::kLinear, "linear"},
    KindName{Kind::kDynamic, "dynamic"}, KindName{Kind::kLlama3, "llama3"},
    KindName{Kind::kYarn, "yarn"}};

// theta is read by the family; newer files have it in the same object.
constexpr std::array kAlways = {used("rope_theta"), used("rope_type"),
                                used("type"),
                                refused("partial_rotary_factor", "1")};
constexpr auto kOfLinear = joined(kAlways, std::array{used("factor")});
constexpr auto kOfDynamic =
    joined(kOfLinear, std::array{used("original_max_position_embeddings")});
constexpr auto kOfLlama3 = joined(
    kOfDynamic, std::array{used("low_freq_factor"), used("high_freq_factor")});
constexpr auto kOfYarn =
    joined(kOfDynamic,
           std::array{used("attention_factor"), used("beta_fast"),
                      used("beta_slow"), used("mscale"), used("mscale_all_dim"),
                      used("truncate"), harmless("finetuned")});

std::span<const FieldRule> rules_of(Kind kind) {
  switch (kind) {
    case Kind::kLinear:
      return kOfLinear;
    case Kind::kDynamic:
      return kOfDynamic;
    case Kind::kLlama3:
      return kOfLlama3;
    case Kind::kYarn:
      return kOfYarn;
    default:
      return kAlways;
  }
}

// Older files say type.
Kind read_kind(const ConfigFields& fields) {
  const char* key = fields.has("rope_type") ? "rope_type" : "type";
  const std::string name = fields.text_or(key, "default");
  for (const KindName& known : kKinds) {
    if (known.name == name) return known.kind;
  }
  fields.refuse(key, "default, linear, dynamic, llama3 or yarn");
}

float number_of(const ConfigFields& fields, const char* key, float least) {
  const float number = fields.number_or(key, least - 1.0F);
  if (!(number >= least)) {
    fields.refuse(key, "a number of at least " + json(least).dump());
  }
  return number;
}

void read_llama3(const ConfigFields& fields, RopeScaling& scaling) {
  scaling.original_context =
      fields.count("original_max_position_embeddings", kLongestContext);
  scaling.slow = fields.number_or("low_freq_factor", 0.0F);
  scaling.fast = fields.number_or("high_freq_factor", 0.0F);
  if (!(scaling.slow > 0.0F)) {
    fields.refuse("low_freq_factor", "a number of more than 0");
  }
  if (!(scaling.fast > scaling.slow)) {
    fields.refuse("high_freq_factor", "more than low_freq_factor");
  }
}

double magnitude(double factor, double scale) {
  return factor <= 1.0 ? 1.0 : 0.1 * scale * std::log(factor) + 1.0;
}

float read_attention_factor(const ConfigFields& fields, double factor) {
  const auto of = [&](const char* key) {
    return static_cast<double>(fields.number_or(key, 0.0F));
  };
  const bool is_ratio = of("mscale") != 0.0 && of("mscale_all_dim") != 0.0;
  const double follows = is_ratio ? magnitude(factor, of("mscale")) /
                                        magnitude(factor, of("mscale_all_dim"))
                                  : magnitude(factor, 1.0);
  const float value =
      fields.number_or("attention_factor", static_cast<float>(follows));
  if (!(value > 0.0F)) {
    fields.refuse("attention_factor", "a number of more than 0");
  }
  return value;
}

// A file's 0 counts as absent, as it does for Hugging Face.
float number_or_default(const ConfigFields& fields, const char* key,
                        float fallback) {
  const float number = fields.number_or(key, fallback);
  if (number == 0.0F) return fallback;
  if (!(number > 0.0F)) fields.refuse(key, "a number of more than 0");
  return number;
}

void read_yarn(const ConfigFields& fields, int context, RopeScaling& scaling) {
  scaling.original_context = fields.count_or("original_max_position_embeddings",
                                             kLongestContext, context);
  scaling.fast = number_or_default(fields, "beta_fast", 32.0F);
  scaling.slow = number_or_default(fields, "beta_slow", 1.0F);
  if (!(scaling.fast >= scaling.slow)) {
    fields.refuse("beta_fast", "at least beta_slow");
  }
  scaling.attention_factor = read_attention_factor(fields, scaling.factor);
  scaling.whole_channels = fields.flag_or("truncate", true);
}

// Up to that context, angles are as they are; here no text is longer than the
// model's context.
void check_dynamic(const ConfigFields& fields, int context) {
  const char* key = "original_max_position_embeddings";
  if (fields.count_or(key, kLongestContext, context) >= context) return;
  fields.refuse(key, "max_position_embeddings (" + std::to_string(context) +
                         ") where the scaling is dynamic");
}

}  // namespace

RopeScaling read_rope_scaling(const ConfigFields& fields, int context) {
  RopeScaling scaling;
  scaling.kind = read_kind(fields);
  fields.check_known_only(rules_of(scaling.kind));
  if (scaling.kind == Kind::kNone) return scaling;
  scaling.factor = number_of(fields, "factor", 1.0F);
  if (scaling.kind == Kind::kDynamic) check_dynamic(fields, context);
  if (scaling.kind == Kind::kLlama3) read_llama3(fields, scaling);
  if (scaling.kind == Kind::kYarn) read_yarn(fields, context, scaling);
  return scaling;
}

json rope_scaling_json(const RopeScaling& scaling) {
  if (scaling.kind == Kind::kNone) return nullptr;
  json object;
  for (const KindName& known : kKinds) {
    if (known.kind == scaling.kind) object["rope_type"] = known.name;
  }
  object["factor"] = shortest(scaling.factor);
  if (scaling.kind == Kind::kLlama3) {
    object["low_freq_factor"] = shortest(scaling.slow);
    object["high_freq_factor"] = shortest(scaling.fast);
  }
  if (scaling.kind == Kind::kYarn) {
    object["beta_slow"] = shortest(scaling.slow);
    object["beta_fast"] = shortest(scaling.fast);
    object["attention_factor"] = shortest(scaling.attention_factor);
    object["truncate"] = scaling.whole_channels;
  }
  if (scaling.original_context > 0) {
    object["original_max_position_embeddings"] = scaling.original_context;
  }
  return object;
}

}  // namespace pi_ring
