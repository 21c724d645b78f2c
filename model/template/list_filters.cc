#include "model/template/list_filters.h"

#include <algorithm>
#include <optional>

#include "model/template/arithmetic.h"
#include "model/template/comparison.h"
#include "model/template/filters.h"
#include "model/template/items.h"
#include "model/template/text_methods.h"
#include "model/template/text_parts.h"

namespace pi_ring {
namespace {

std::optional<std::string> attribute_named(Arguments& arguments) {
  const Value* name = arguments.next("attribute");
  if (name == nullptr || name->is_none()) return std::nullopt;
  if (name->is<int64_t>()) return std::to_string(name->integer());
  if (name->text() != nullptr) return name->text()->bytes();
  throw TemplateFault("an attribute's name is a " + name->kind());
}

Value list_from(const Value& value, Arguments& /*none*/, Budget& budget) {
  return Value(items_to_iterate(value, budget));
}

Value first(const Value& value, Arguments& /*none*/, Budget& budget) {
  const ListPointer items = items_to_iterate(value, budget);
  return items->items.empty() ? Value() : items->items.front();
}

Value last(const Value& value, Arguments& /*none*/, Budget& budget) {
  const ListPointer items = items_to_iterate(value, budget);
  return items->items.empty() ? Value() : items->items.back();
}

Value join_list(const Value& value, Arguments& arguments, Budget& budget) {
  const Value* between = arguments.next("d");
  const auto attribute = attribute_named(arguments);
  ListPointer items = items_to_iterate(value, budget);
  if (attribute) {
    std::vector<Value> values;
    for (const Value& item : items->items) {
      values.push_back(attribute_of(item, *attribute, budget));
    }
    items = *list_of(std::move(values), budget).as<ListPointer>();
  }
  const bool has_text = between != nullptr && between->text() != nullptr;
  return Value(
      joined_items(*items, has_text ? *between->text() : MarkedText(), budget));
}

Value reverse(const Value& value, Arguments& /*none*/, Budget& budget) {
  const Value none{None{}};
  if (value.text() != nullptr || value.list() != nullptr) {
    return slice_of(value, none, none, Value(int64_t{-1}), budget);
  }
  const Value keys(items_to_iterate(value, budget));
  return slice_of(keys, none, none, Value(int64_t{-1}), budget);
}

Value pairs(const Value& value, Arguments& /*none*/, Budget& budget) {
  return pairs_of(value, budget);
}

// map("filter", ...), or map(attribute="name", default=...).
Value map_list(const Value& value, Arguments& arguments, Budget& budget) {
  const ListPointer items = items_to_iterate(value, budget);
  std::vector<Value> results;
  if (arguments.has_plain()) {
    const std::string filter = arguments.required_text("filter").bytes();
    const Arguments further = arguments.rest();
    for (const Value& item : items->items) {
      results.push_back(apply_filter(filter, item, further, budget));
    }
    return list_of(std::move(results), budget);
  }
  const auto attribute = attribute_named(arguments);
  const Value* otherwise = arguments.next("default");
  if (!attribute) throw TemplateFault("map needs a filter or an attribute");
  for (const Value& item : items->items) {
    const Value result = attribute_of(item, *attribute, budget);
    const bool is_missing = result.is_undefined() && otherwise != nullptr;
    results.push_back(is_missing ? *otherwise : result);
  }
  return list_of(std::move(results), budget);
}

// Keeps the items that a test finds true, or false where it rejects.
Value choose(const Value& value, Arguments& arguments, Budget& budget,
             bool has_attribute, bool rejects) {
  const ListPointer items = items_to_iterate(value, budget);
  std::string attribute;
  if (has_attribute) attribute = attribute_named(arguments).value_or("");
  const std::string test =
      arguments.has_plain() ? arguments.required_text("test").bytes() : "";
  const Arguments further = arguments.rest();
  std::vector<Value> chosen;
  for (const Value& item : items->items) {
    const Value tested =
        has_attribute ? attribute_of(item, attribute, budget) : item;
    const bool holds = test.empty() ? tested.truth()
                                    : apply_test(test, tested, further, budget);
    if (holds != rejects) chosen.push_back(item);
  }
  return list_of(std::move(chosen), budget);
}

Value select(const Value& value, Arguments& arguments, Budget& budget) {
  return choose(value, arguments, budget, false, false);
}
Value reject(const Value& value, Arguments& arguments, Budget& budget) {
  return choose(value, arguments, budget, false, true);
}
Value select_attribute(const Value& value, Arguments& given, Budget& budget) {
  return choose(value, given, budget, true, false);
}
Value reject_attribute(const Value& value, Arguments& given, Budget& budget) {
  return choose(value, given, budget, true, true);
}

// What a value is sorted by: a text without regard to upper and lower case.
Value sort_key(const Value& value, bool is_exact, Budget& budget) {
  if (is_exact || value.text() == nullptr) return value;
  return call_text_method(*value.text(), "lower", {}, budget);
}

Value sort_list(const Value& value, Arguments& arguments, Budget& budget) {
  const bool is_down = arguments.truth("reverse", false);
  const bool is_exact = arguments.truth("case_sensitive", false);
  const auto attribute = attribute_named(arguments);
  std::vector<std::pair<Value, Value>> keyed;
  const ListPointer items_of_value = items_to_iterate(value, budget);
  for (const Value& item : items_of_value->items) {
    const Value by = attribute ? attribute_of(item, *attribute, budget) : item;
    keyed.emplace_back(sort_key(by, is_exact, budget), item);
  }
  std::ranges::stable_sort(keyed, [&](const auto& a, const auto& b) {
    return is_down ? less(b.first, a.first, budget)
                   : less(a.first, b.first, budget);
  });
  std::vector<Value> items;
  items.reserve(keyed.size());
  for (auto& [key, item] : keyed) items.push_back(std::move(item));
  return list_of(std::move(items), budget);
}

Value sort_dict(const Value& value, Arguments& arguments, Budget& budget) {
  const bool is_exact = arguments.truth("case_sensitive", false);
  const Value* by = arguments.next("by");
  if (by != nullptr &&
      (by->text() == nullptr || by->text()->bytes() != "key")) {
    throw TemplateFault("dictsort by other than keys is not supported");
  }
  Arguments sorting({},
                    {{"attribute", Value(int64_t{0})},
                     {"case_sensitive", Value(is_exact)},
                     {"reverse", Value(arguments.truth("reverse", false))}});
  return sort_list(pairs_of(value, budget), sorting, budget);
}

Value unique(const Value& value, Arguments& arguments, Budget& budget) {
  const bool is_exact = arguments.truth("case_sensitive", false);
  const auto attribute = attribute_named(arguments);
  std::vector<Value> keys;
  std::vector<Value> items;
  const ListPointer items_of_value = items_to_iterate(value, budget);
  for (const Value& item : items_of_value->items) {
    const Value by = attribute ? attribute_of(item, *attribute, budget) : item;
    const Value key = sort_key(by, is_exact, budget);
    const bool is_known = std::ranges::any_of(
        keys, [&](const Value& other) { return equal(key, other, budget); });
    if (is_known) continue;
    keys.push_back(key);
    items.push_back(item);
  }
  return list_of(std::move(items), budget);
}

Value sum_list(const Value& value, Arguments& arguments, Budget& budget) {
  const auto attribute = attribute_named(arguments);
  const Value* start = arguments.next("start");
  Value sum = start == nullptr ? Value(int64_t{0}) : *start;
  const ListPointer items_of_value = items_to_iterate(value, budget);
  for (const Value& item : items_of_value->items) {
    sum = calculate("+", sum,
                    attribute ? attribute_of(item, *attribute, budget) : item,
                    budget);
  }
  return sum;
}

Value extreme(const Value& value, Arguments& arguments, Budget& budget,
              bool is_largest) {
  const bool is_exact = arguments.truth("case_sensitive", false);
  const auto attribute = attribute_named(arguments);
  Value best;
  Value best_key;
  const ListPointer items_of_value = items_to_iterate(value, budget);
  for (const Value& item : items_of_value->items) {
    const Value by = attribute ? attribute_of(item, *attribute, budget) : item;
    const Value key = sort_key(by, is_exact, budget);
    if (best_key.is_undefined() || (is_largest ? less(best_key, key, budget)
                                               : less(key, best_key, budget))) {
      best = item;
      best_key = key;
    }
  }
  return best;
}

Value smallest(const Value& value, Arguments& arguments, Budget& budget) {
  return extreme(value, arguments, budget, false);
}
Value largest(const Value& value, Arguments& arguments, Budget& budget) {
  return extreme(value, arguments, budget, true);
}

}  // namespace

Value pairs_of(const Value& dict, Budget& budget) {
  if (dict.dict() == nullptr && !dict.is_undefined()) {
    throw TemplateFault("a " + dict.kind() + " has no pairs of key and value");
  }
  std::vector<Value> pairs;
  if (dict.dict() != nullptr) {
    for (const auto& [key, value] : dict.dict()->items) {
      pairs.push_back(list_of({key, value}, budget, /*is_tuple=*/true));
    }
  }
  return list_of(std::move(pairs), budget);
}

const std::map<std::string_view, Filter>& list_filters() {
  static const std::map<std::string_view, Filter> filters = {
      {"dictsort", sort_dict},
      {"first", first},
      {"items", pairs},
      {"join", join_list},
      {"last", last},
      {"list", list_from},
      {"map", map_list},
      {"max", largest},
      {"min", smallest},
      {"reject", reject},
      {"rejectattr", reject_attribute},
      {"reverse", reverse},
      {"select", select},
      {"selectattr", select_attribute},
      {"sort", sort_list},
      {"sum", sum_list},
      {"unique", unique},
  };
  return filters;
}

}  // namespace pi_ring
