// Takes typed values out of a config.json's object, and refuses what nobody
// takes.
#include "model/architecture/config_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "model/architecture/config.h"
#include "model/architecture/fields_of_many.h"
#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

using nlohmann::json;

// Numbers above the largest int64_t saturate: they are beyond every limit.
int64_t saturated(const json& number) {
  constexpr auto most = std::numeric_limits<int64_t>::max();
  if (!number.is_number_unsigned()) return number.get<int64_t>();
  return static_cast<int64_t>(
      std::min(number.get<uint64_t>(), static_cast<uint64_t>(most)));
}

// A list, such as one value a layer, is neutral where all its values are.
bool is_neutral(const json& value, std::string_view neutral) {
  if (neutral.empty()) return false;
  const json expected = json::parse(neutral);
  if (!value.is_array()) return value == expected;
  return std::ranges::all_of(
      value, [&](const json& element) { return element == expected; });
}

const FieldRule* find(std::span<const FieldRule> rules, std::string_view name) {
  const auto found = std::ranges::find(rules, name, &FieldRule::name);
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace

double shortest(float value) {
  std::array<char, 32> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value);
  double result = 0;
  std::from_chars(text.data(), written.ptr, result);
  return result;
}

ConfigFields::ConfigFields(const std::filesystem::path& file,
                           const json& object)
    : file_(file), object_(object) {
  if (!object.is_object()) {
    throw BadInput(file, "found " + shown(object) + ", expected an object");
  }
}

bool ConfigFields::has(const char* key) const {
  const auto found = object_.find(key);
  return found != object_.end() && !found->is_null();
}

bool ConfigFields::is_null(const char* key) const {
  const auto found = object_.find(key);
  return found != object_.end() && found->is_null();
}

const json& ConfigFields::at(const char* key) const { return object_.at(key); }

void ConfigFields::refuse(const char* key, const std::string& expected) const {
  const std::string found = has(key) ? shown(at(key)) : "missing";
  throw BadInput(file_,
                 std::string(key) + " is " + found + ", expected " + expected);
}

int ConfigFields::count(const char* key, int64_t most) const {
  if (!has(key) || !at(key).is_number_integer()) {
    refuse(key, "1 to " + std::to_string(most));
  }
  return checked_count(file_, key, saturated(at(key)), most);
}

int ConfigFields::count_or(const char* key, int64_t most, int fallback) const {
  return has(key) ? count(key, most) : fallback;
}

int ConfigFields::token_or(const char* key, int fallback) const {
  if (is_null(key)) return kNoToken;
  if (!has(key)) return fallback;
  const json& found = at(key);
  const bool list = found.is_array() && !found.empty();
  return token(key, list ? found.front() : found);
}

std::vector<int> ConfigFields::tokens_or(
    const char* key, const std::vector<int>& fallback) const {
  if (is_null(key)) return {};
  if (!has(key)) return fallback;
  const json& found = at(key);
  if (!found.is_array()) return {token(key, found)};
  if (found.empty() || found.size() > kMostEndTokens) {
    refuse(key, "1 to " + std::to_string(kMostEndTokens) + " tokens");
  }
  std::vector<int> tokens;
  for (const json& value : found) tokens.push_back(token(key, value));
  return tokens;
}

int ConfigFields::token(const char* key, const json& value) const {
  if (!value.is_number_integer()) refuse(key, "a token's number");
  const int64_t id = saturated(value);
  if (id < 0 || id >= kLargestVocab) refuse(key, "a token's number");
  return static_cast<int>(id);
}

float ConfigFields::number_or(const char* key, float fallback) const {
  if (!has(key)) return fallback;
  if (!at(key).is_number()) refuse(key, "a number");
  const auto number = at(key).get<double>();
  const double largest = std::numeric_limits<float>::max();
  if (!(number >= -largest && number <= largest)) refuse(key, "a number");
  return static_cast<float>(number);
}

bool ConfigFields::flag_or(const char* key, bool fallback) const {
  if (!has(key)) return fallback;
  if (!at(key).is_boolean()) refuse(key, "true or false");
  return at(key).get<bool>();
}

// It is shown to people: no line breaks, no escapes that a terminal obeys.
std::string ConfigFields::text_or(const char* key,
                                  const std::string& fallback) const {
  if (!has(key)) return fallback;
  if (!at(key).is_string()) refuse(key, "a text");
  auto text = at(key).get<std::string>();
  if (on_one_line(text, kLongestText) != text) {
    refuse(key,
           "one line of at most " + std::to_string(kLongestText) + " bytes");
  }
  return text;
}

ConfigFields ConfigFields::object(const char* key) const {
  return {file_, at(key)};
}

void ConfigFields::check(const std::string& key, const FieldRule* rule) const {
  if (rule == nullptr) {
    throw BadInput(file_, "field " + shown(key) +
                              " is not known, and may change the results: if "
                              "the model does not need it, remove it");
  }
  if (rule->sort != FieldRule::Sort::kRefused) return;
  if (is_neutral(object_.at(key), rule->neutral)) return;
  const auto flag = object_.find(rule->flag);
  if (flag != object_.end() && *flag == json(false)) return;
  if (rule->neutral.empty()) {
    refuse(key.c_str(), "none: models with it do not run here");
  }
  const bool is_list = object_.at(key).is_array();
  refuse(key.c_str(), std::string(rule->neutral) + (is_list ? " only" : ""));
}

void ConfigFields::check_known(std::span<const FieldRule> rules) const {
  for (const auto& [key, value] : object_.items()) {
    if (value.is_null() || key.starts_with('_')) continue;
    const FieldRule* own = find(rules, key);
    check(key, own != nullptr ? own : find(kFieldsOfMany, key));
  }
}

void ConfigFields::check_known_only(std::span<const FieldRule> rules) const {
  for (const auto& [key, value] : object_.items()) {
    if (!value.is_null()) check(key, find(rules, key));
  }
}

}  // namespace pi_ring
