#include "model/template/filters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "model/base/wording.h"
#include "model/template/arithmetic.h"
#include "model/template/characters.h"
#include "model/template/items.h"
#include "model/template/list_filters.h"
#include "model/template/text_methods.h"
#include "model/template/text_parts.h"
#include "model/template/value_text.h"

namespace pi_ring {
namespace {

MarkedText text_to_filter(const Value& value, Budget& budget) {
  MarkedText text = shown_text(value, budget);
  budget.memory(text.footprint());
  return text;
}

// Filters that are a method of texts, of any value's text.
Value trim(const Value& value, Arguments& arguments, Budget& budget) {
  const Value* characters = arguments.next("chars");
  return text_of(
      stripped(text_to_filter(value, budget), TextSide::kBoth,
               characters == nullptr ? nullptr : characters->text(), budget),
      budget);
}

template <const char* kMethod>
Value text_filter(const Value& value, Arguments& arguments, Budget& budget) {
  return call_text_method(text_to_filter(value, budget), kMethod,
                          arguments.rest(), budget);
}

constexpr char kCapitalize[] = "capitalize";
constexpr char kLower[] = "lower";
constexpr char kReplace[] = "replace";
constexpr char kTitle[] = "title";
constexpr char kUpper[] = "upper";

Value length(const Value& value, Arguments& /*none*/, Budget& budget) {
  if (const MarkedText* text = value.text()) {
    budget.work(text->size());
    return Value(static_cast<int64_t>(count_characters(text->bytes())));
  }
  if (const Dict* dict = value.dict()) {
    return Value(static_cast<int64_t>(dict->items.size()));
  }
  if (value.list() == nullptr && !value.is_undefined()) {
    throw TemplateFault("a " + value.kind() + " has no length");
  }
  return Value(static_cast<int64_t>(
      value.list() == nullptr ? 0 : value.list()->items.size()));
}

Value or_default(const Value& value, Arguments& arguments, Budget& /*budget*/) {
  const Value* other = arguments.next("default_value");
  const bool counts_falsehood = arguments.truth("boolean", false);
  if (!value.is_undefined() && (!counts_falsehood || value.truth())) {
    return value;
  }
  return other == nullptr ? Value::text("") : *other;
}

Value as_text(const Value& value, Arguments& /*none*/, Budget& budget) {
  return value.text() != nullptr ? value : Value(text_to_filter(value, budget));
}

std::string trimmed_bytes(const MarkedText& text) {
  const std::string& bytes = text.bytes();
  const size_t begin = white_space_at_beginning(bytes);
  if (begin == bytes.size()) return {};
  return bytes.substr(begin, bytes.size() - begin - white_space_at_end(bytes));
}

// The number that a text is, all of it.
template <typename Number>
bool reads_number(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto read = std::from_chars(begin, end, number);
  return read.ec == std::errc() && read.ptr == end;
}

int64_t whole_part(double number) {
  constexpr double kMost = 9.2e18;
  if (!(std::fabs(number) < kMost)) {
    throw TemplateFault("a number is too large");
  }
  return static_cast<int64_t>(number);
}

Value as_integer(const Value& value, Arguments& arguments, Budget& budget) {
  const int64_t otherwise = arguments.integer("default", 0);
  if (value.is_integer()) return Value(value.integer());
  if (value.is_number()) return Value(whole_part(value.number()));
  if (value.text() == nullptr) return Value(otherwise);
  budget.work(value.text()->size());
  const std::string text = trimmed_bytes(*value.text());
  int64_t whole = 0;
  if (reads_number(text, whole)) return Value(whole);
  double number = 0.0;
  return Value(reads_number(text, number) ? whole_part(number) : otherwise);
}

Value as_float(const Value& value, Arguments& arguments, Budget& budget) {
  const Value* other = arguments.next("default");
  if (value.is_number()) return Value(value.number());
  double number = 0.0;
  if (value.text() != nullptr) {
    budget.work(value.text()->size());
    if (reads_number(trimmed_bytes(*value.text()), number)) {
      return Value(number);
    }
  }
  return other == nullptr ? Value(0.0) : *other;
}

Value absolute(const Value& value, Arguments& /*none*/, Budget& /*budget*/) {
  if (!value.is_number()) throw TemplateFault("abs of a " + value.kind());
  if (value.number() >= 0.0) return value;
  return negated(value);
}

Value rounded(const Value& value, Arguments& arguments, Budget& /*budget*/) {
  constexpr int64_t kMostDigits = 15;
  const int64_t digits = arguments.integer("precision", 0);
  if (!value.is_number() || digits < 0 || digits > kMostDigits) {
    throw TemplateFault("round is not supported so");
  }
  const double scale = std::pow(10.0, static_cast<double>(digits));
  return Value(std::nearbyint(value.number() * scale) / scale);
}

std::string indentation(Arguments& arguments) {
  constexpr int64_t kWidest = 1000;
  const Value* width = arguments.next("width");
  if (width == nullptr) return std::string(4, ' ');
  if (width->text() != nullptr) return width->text()->bytes();
  if (!width->is_integer() || width->integer() > kWidest) {
    throw TemplateFault("indent has a width that is not supported");
  }
  return std::string(
      static_cast<size_t>(std::max<int64_t>(0, width->integer())), ' ');
}

Value indent(const Value& value, Arguments& arguments, Budget& budget) {
  const std::string space = indentation(arguments);
  const bool indents_first = arguments.truth("first", false);
  const bool indents_blank = arguments.truth("blank", false);
  MarkedText text = text_to_filter(value, budget);
  text.append("\n", Origin::kTemplate);  // so that a last empty line counts
  MarkedText result;
  bool is_first = true;
  for (const MarkedText& line : lines_of(text, budget)) {
    budget.memory(line.footprint() + space.size() + 2 * sizeof(MarkedText));
    if (!is_first) result.append("\n", Origin::kTemplate);
    const bool indents =
        is_first ? indents_first : indents_blank || line.size() > 0;
    if (indents) result.append(space, Origin::kTemplate);
    result.append(line);
    is_first = false;
  }
  return Value(std::move(result));
}

JsonStyle json_style(Arguments& arguments) {
  constexpr int64_t kWidest = 100;
  JsonStyle style;
  const int64_t indent = arguments.integer("indent", -1);
  if (indent > kWidest) throw TemplateFault("tojson has too large an indent");
  style.indent = static_cast<int>(std::max<int64_t>(indent, -1));
  if (style.indent >= 0) style.item_separator = ",";
  const Value* separators = arguments.next("separators");
  if (separators != nullptr && separators->list() != nullptr) {
    const auto& items = separators->list()->items;
    if (items.size() != 2 || items[0].text() == nullptr ||
        items[1].text() == nullptr) {
      throw TemplateFault("tojson's separators are not two texts");
    }
    style.item_separator = items[0].text()->bytes();
    style.key_separator = items[1].text()->bytes();
  }
  style.sorts_keys = arguments.truth("sort_keys", false);
  return style;
}

Value to_json(const Value& value, Arguments& arguments, Budget& budget) {
  arguments.truth("ensure_ascii", false);
  return Value(json_text(value, json_style(arguments), budget));
}

Value unchanged(const Value& value, Arguments& /*none*/, Budget& /*budget*/) {
  return value;
}

const std::map<std::string_view, Filter>& value_filters() {
  static const std::map<std::string_view, Filter> filters = {
      {"abs", absolute},
      {"capitalize", text_filter<kCapitalize>},
      {"count", length},
      {"d", or_default},
      {"default", or_default},
      {"float", as_float},
      {"indent", indent},
      {"int", as_integer},
      {"length", length},
      {"lower", text_filter<kLower>},
      {"replace", text_filter<kReplace>},
      {"round", rounded},
      {"safe", unchanged},
      {"string", as_text},
      {"title", text_filter<kTitle>},
      {"tojson", to_json},
      {"trim", trim},
      {"upper", text_filter<kUpper>},
  };
  return filters;
}

Value one_step_of(const Value& value, std::string_view name, Budget& budget) {
  int64_t index = 0;
  if (reads_number(std::string(name), index)) {
    return value.is_undefined() ? value : item_of(value, Value(index), budget);
  }
  if (value.dict() == nullptr) return Value();
  return item_of(value, Value::text(name), budget);
}

}  // namespace

Value apply_filter(std::string_view name, const Value& value,
                   const Arguments& given, Budget& budget) {
  Arguments arguments = given;
  budget.work(1);
  auto filter = value_filters().find(name);
  if (filter == value_filters().end()) {
    filter = list_filters().find(name);
    if (filter == list_filters().end()) {
      throw TemplateFault("the filter " + in_quotes(name) +
                          " is not supported");
    }
  }
  Value result = filter->second(value, arguments, budget);
  arguments.finish(name);
  return result;
}

Value attribute_of(const Value& value, std::string_view name, Budget& budget) {
  Value result = value;
  for (size_t dot = 0; dot != name.npos;) {
    dot = name.find('.');
    result = one_step_of(result, name.substr(0, dot), budget);
    if (dot != name.npos) name.remove_prefix(dot + 1);
  }
  return result;
}

}  // namespace pi_ring
