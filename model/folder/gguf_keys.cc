// Looks keys up, and sorts those of the family.
#include "model/folder/gguf_keys.h"

#include <algorithm>
#include <cmath>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr size_t kLongestKeyShown = 100;

// Keys that are read elsewhere here, or change nothing.
constexpr std::array<std::string_view, 9> kOtherGgufKeys = {
    "attention.value_length",
    "rope.dimension_count",
    "rope.scaling.type",
    "rope.scaling.factor",
    "rope.scaling.original_context_length",
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
    NeutralKey{"rope.scaling.attn_factor", 1},
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

}  // namespace

GgufKeys::GgufKeys(const std::filesystem::path& path,
                   const GgufFile::Values& values)
    : path_(path), values_(values), family_(read_family()) {}

const GgufValue* GgufKeys::find_whole(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

std::string GgufKeys::full(std::string_view key) const {
  return std::string(family_.gguf) + "." + std::string(key);
}

json GgufKeys::number(std::string_view key) const {
  const GgufValue* value = find(key);
  return value == nullptr ? json() : to_json(key, *value);
}

std::string GgufKeys::text(std::string_view key) const {
  const GgufValue* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_text()) refuse(key, "is not a text");
  return std::string(value->text());
}

void GgufKeys::refuse(std::string_view key, const std::string& reason) const {
  throw BadInput(path_,
                 on_one_line(full(key), kLongestKeyShown) + " " + reason);
}

void GgufKeys::check_known() const {
  const std::string prefix = full("");
  for (const auto& [name, value] : values_) {
    if (name.starts_with(prefix)) check(name.substr(prefix.size()), value);
  }
}

const Architecture& GgufKeys::read_family() const {
  const GgufValue* value = find_whole(kFamilyKey);
  const std::string name =
      value != nullptr && value->is_text() ? std::string(value->text()) : "";
  if (const Architecture* family = find_gguf_family(name)) return *family;
  throw BadInput(path_, std::string(kFamilyKey) + " is " + shown(name) +
                            ", expected one of " + names_of_gguf_families());
}

json GgufKeys::to_json(std::string_view key, const GgufValue& value) const {
  if (const auto number = value.same_number()) return *number;
  if (value.is_flag()) return value.flag();
  if (value.is_number()) return value.number();
  refuse(key, "is not one number");
}

void GgufKeys::check(const std::string& key, const GgufValue& value) const {
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

}  // namespace pi_ring
