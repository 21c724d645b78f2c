#include "model/template/given_value.h"

#include <limits>

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

// JSON that was parsed is in memory already.
Budget unlimited() { return Budget(std::numeric_limits<size_t>::max() >> 20); }

Value text_given(const std::string& text) {
  return Value(MarkedText(text, Origin::kGiven));
}

Value list_given(const ordered_json& json) {
  Budget budget = unlimited();
  std::vector<Value> items;
  for (const ordered_json& item : json) items.push_back(given_value(item));
  return list_of(std::move(items), budget);
}

Value dict_given(const ordered_json& json) {
  Budget budget = unlimited();
  DictMaker maker(budget);
  for (const auto& [key, value] : json.items()) {
    maker.set(text_given(key), given_value(value));
  }
  return maker.made();
}

}  // namespace

Value given_value(const ordered_json& json) {
  if (json.is_string()) return text_given(json.get_ref<const std::string&>());
  if (json.is_boolean()) return Value(json.get<bool>());
  if (json.is_null()) return Value(None{});
  if (json.is_array()) return list_given(json);
  if (json.is_object()) return dict_given(json);
  if (json.is_number_float()) return Value(json.get<double>());
  if (json.is_number_unsigned() &&
      json.get<uint64_t>() >
          static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    throw TemplateFault("a number is too large");
  }
  return Value(json.get<int64_t>());
}

}  // namespace pi_ring
