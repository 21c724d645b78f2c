// The fields of a config.json, each asked for by name and refused by name.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

inline constexpr size_t kLongestText = 200;  // bytes of a name or a note

// What a field of config.json is to a family.
struct FieldRule {
  enum class Sort {
    kUsed,      // read: the family's `read` asks for it
    kHarmless,  // any value: it does not change what the model computes
    kRefused,   // changes results, and only its neutral value runs here
  };

  std::string_view name;
  Sort sort = Sort::kRefused;
  std::string_view neutral = {};  // JSON; empty where no value is neutral
  // A flag of the config: while it is false, the field has no meaning.
  std::string_view flag = {};
};

consteval FieldRule used(std::string_view name) {
  return {name, FieldRule::Sort::kUsed};
}
consteval FieldRule harmless(std::string_view name) {
  return {name, FieldRule::Sort::kHarmless};
}
consteval FieldRule refused(std::string_view name,
                            std::string_view neutral = {}) {
  return {name, FieldRule::Sort::kRefused, neutral};
}
consteval FieldRule refused_unless_off(std::string_view name,
                                       std::string_view flag) {
  return {name, FieldRule::Sort::kRefused, {}, flag};
}

// Two lists of rules as one.
template <size_t A, size_t B>
consteval std::array<FieldRule, A + B> joined(
    const std::array<FieldRule, A>& first,
    const std::array<FieldRule, B>& second) {
  std::array<FieldRule, A + B> all{};
  std::ranges::copy(second, std::ranges::copy(first, all.begin()).out);
  return all;
}

// The double that is written with the fewest digits which still mean `value`:
// 1e-05 in the file, not 9.999999747378752e-06.
double shortest(float value);

// A view: `file` and `object` must outlive it. A field that is null counts as
// absent, as it does for Hugging Face; only a token's is none. Every method may
// throw BadInput.
class ConfigFields {
 public:
  ConfigFields(const std::filesystem::path& file, const nlohmann::json& object);

  bool has(const char* key) const;
  bool is_null(const char* key) const;  // it is in the file, and null
  const nlohmann::json& at(const char* key) const;  // only where has(key)

  int count(const char* key, int64_t most) const;
  int count_or(const char* key, int64_t most, int fallback) const;
  // An id, or the first of a list. Null means that there is none: kNoToken.
  int token_or(const char* key, int fallback) const;
  // An id, or all of a list. Null means that there is none.
  std::vector<int> tokens_or(const char* key,
                             const std::vector<int>& fallback) const;
  float number_or(const char* key, float fallback) const;
  bool flag_or(const char* key, bool fallback) const;
  std::string text_or(const char* key, const std::string& fallback) const;
  ConfigFields object(const char* key) const;  // the fields of an object in it

  // Throws at the first field that may change results and is not read: one that
  // is refused by the rules, or by those for all families, or in neither.
  // Fields that begin with "_" are Hugging Face's notes to itself.
  void check_known(std::span<const FieldRule> rules) const;
  // The same by these rules alone.
  void check_known_only(std::span<const FieldRule> rules) const;

  [[noreturn]] void refuse(const char* key, const std::string& expected) const;

 private:
  int token(const char* key, const nlohmann::json& value) const;
  void check(const std::string& key, const FieldRule* rule) const;

  const std::filesystem::path& file_;
  const nlohmann::json& object_;
};

}  // namespace pi_ring
