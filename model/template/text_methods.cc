#include "model/template/text_methods.h"

#include <algorithm>
#include <map>

#include "model/base/wording.h"
#include "model/template/characters.h"
#include "model/template/items.h"
#include "model/template/text_parts.h"

namespace pi_ring {
namespace {

constexpr size_t kNowhere = std::string::npos;

bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_ascii_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_ascii_letter(char c) { return is_ascii_upper(c) || is_ascii_lower(c); }
char to_upper(char c) {
  return is_ascii_lower(c) ? static_cast<char>(c - 32) : c;
}
char to_lower(char c) {
  return is_ascii_upper(c) ? static_cast<char>(c + 32) : c;
}

// Letters beyond ASCII would need Unicode's tables, so such a text is refused.
template <typename Change>
Value with_other_case(const MarkedText& text, Budget& budget, Change change) {
  std::string bytes = text.bytes();
  if (std::ranges::any_of(bytes, [](char c) { return (c & 0x80) != 0; })) {
    throw TemplateFault(
        "upper and lower case of letters beyond ASCII are not supported");
  }
  char before = '\0';
  for (char& c : bytes) {
    const char changed = change(before, c);
    before = c;
    c = changed;
  }
  return text_of(text.with_bytes(std::move(bytes)), budget);
}

Value upper(const MarkedText& text, Arguments& /*none*/, Budget& budget) {
  return with_other_case(text, budget,
                         [](char /*before*/, char c) { return to_upper(c); });
}

Value lower(const MarkedText& text, Arguments& /*none*/, Budget& budget) {
  return with_other_case(text, budget,
                         [](char /*before*/, char c) { return to_lower(c); });
}

Value title(const MarkedText& text, Arguments& /*none*/, Budget& budget) {
  return with_other_case(text, budget, [](char before, char c) {
    return is_ascii_letter(before) ? to_lower(c) : to_upper(c);
  });
}

Value capitalize(const MarkedText& text, Arguments& /*none*/, Budget& budget) {
  return with_other_case(
      text, budget, [is_first = true](char /*before*/, char c) mutable {
        const char changed = is_first ? to_upper(c) : to_lower(c);
        is_first = false;
        return changed;
      });
}

const MarkedText* optional_text(Arguments& arguments, const char* name) {
  const Value* value = arguments.next(name);
  if (value == nullptr || value->is_none()) return nullptr;
  if (value->text() != nullptr) return value->text();
  throw TemplateFault("the argument " + std::string(name) + " is a " +
                      value->kind() + ", expected a text");
}

Value strip(const MarkedText& text, TextSide side, Arguments& arguments,
            Budget& budget) {
  return text_of(
      stripped(text, side, optional_text(arguments, "chars"), budget), budget);
}

Value strip_both(const MarkedText& text, Arguments& given, Budget& budget) {
  return strip(text, TextSide::kBoth, given, budget);
}
Value strip_left(const MarkedText& text, Arguments& given, Budget& budget) {
  return strip(text, TextSide::kBeginning, given, budget);
}
Value strip_right(const MarkedText& text, Arguments& given, Budget& budget) {
  return strip(text, TextSide::kEnd, given, budget);
}

Value list_of_texts(const std::vector<MarkedText>& texts, Budget& budget) {
  std::vector<Value> items;
  items.reserve(texts.size());
  for (const MarkedText& text : texts) items.push_back(text_of(text, budget));
  return list_of(std::move(items), budget);
}

Value split(const MarkedText& text, Arguments& arguments, Budget& budget) {
  const MarkedText* separator = optional_text(arguments, "sep");
  const int64_t most = arguments.integer("maxsplit", -1);
  return list_of_texts(
      separator == nullptr
          ? words_of(text, most, budget)
          : parts_between(text, separator->bytes(), most, budget),
      budget);
}

Value split_from_end(const MarkedText& text, Arguments& arguments,
                     Budget& budget) {
  const MarkedText* separator = optional_text(arguments, "sep");
  const int64_t most = arguments.integer("maxsplit", -1);
  if (separator == nullptr && most >= 0) {
    throw TemplateFault(
        "rsplit at white space with a number of cuts is not supported");
  }
  return list_of_texts(
      separator == nullptr
          ? words_of(text, -1, budget)
          : parts_from_end(text, separator->bytes(), most, budget),
      budget);
}

Value split_lines(const MarkedText& text, Arguments& /*none*/, Budget& budget) {
  return list_of_texts(lines_of(text, budget), budget);
}

// Whether the text, or any in a tuple, fits.
template <typename Fits>
Value any_fits(Arguments& arguments, Fits fits) {
  const Value& value = arguments.required("prefix");
  if (value.text() != nullptr) return Value(fits(value.text()->bytes()));
  if (value.list() == nullptr || !value.list()->is_tuple) {
    throw TemplateFault("a beginning or an end that is a " + value.kind());
  }
  return Value(std::ranges::any_of(value.list()->items, [&](auto& each) {
    return each.text() != nullptr && fits(each.text()->bytes());
  }));
}

Value starts_with(const MarkedText& text, Arguments& arguments,
                  Budget& /*budget*/) {
  return any_fits(arguments, [&](const std::string& beginning) {
    return text.bytes().starts_with(beginning);
  });
}

Value ends_with(const MarkedText& text, Arguments& arguments,
                Budget& /*budget*/) {
  return any_fits(arguments, [&](const std::string& end) {
    return text.bytes().ends_with(end);
  });
}

Value without_prefix(const MarkedText& text, Arguments& arguments,
                     Budget& budget) {
  const std::string& prefix = arguments.required_text("prefix").bytes();
  const bool has = text.bytes().starts_with(prefix);
  return text_of(text.part(has ? prefix.size() : 0, kNowhere), budget);
}

Value without_suffix(const MarkedText& text, Arguments& arguments,
                     Budget& budget) {
  const std::string& suffix = arguments.required_text("suffix").bytes();
  const bool has = text.bytes().ends_with(suffix);
  return text_of(text.part(0, text.size() - (has ? suffix.size() : 0)), budget);
}

// Between the characters and around them, as Python replaces an empty text.
MarkedText put_everywhere(const MarkedText& text, const MarkedText& by,
                          int64_t most, Budget& budget) {
  MarkedText result;
  const std::vector<size_t> places = character_places(text.bytes());
  for (size_t i = 0; i < places.size(); ++i) {
    budget.memory(by.footprint() + sizeof(MarkedText));
    if (most < 0 || std::cmp_less(i, most)) result.append(by);
    if (i + 1 < places.size()) {
      result.append(text.part(places[i], places[i + 1] - places[i]));
    }
  }
  return result;
}

Value replace(const MarkedText& text, Arguments& arguments, Budget& budget) {
  const MarkedText& old = arguments.required_text("old");
  const MarkedText& by = arguments.required_text("new");
  const int64_t most = arguments.integer("count", -1);
  if (old.size() == 0) return Value(put_everywhere(text, by, most, budget));
  MarkedText result;
  size_t done = 0;
  for (int64_t count = 0; most < 0 || count < most; ++count) {
    const size_t at = find_text(text.bytes(), old.bytes(), done, budget);
    if (at == kNowhere) break;
    budget.memory(by.footprint() + sizeof(MarkedText));
    result.append(text.part(done, at - done));
    result.append(by);
    done = at + old.size();
  }
  result.append(text.part(done, kNowhere));
  return text_of(std::move(result), budget);
}

Value join(const MarkedText& text, Arguments& arguments, Budget& budget) {
  const ListPointer items =
      items_to_iterate(arguments.required("iterable"), budget);
  for (const Value& item : items->items) {
    if (item.text() == nullptr) {
      throw TemplateFault("join of a " + item.kind() + ", expected a text");
    }
  }
  return Value(joined_items(*items, text, budget));
}

int64_t place_in_characters(const std::string& text, size_t at) {
  if (at == kNowhere) return -1;
  return static_cast<int64_t>(
      count_characters(std::string_view(text).substr(0, at)));
}

Value find_first(const MarkedText& text, Arguments& arguments, Budget& budget) {
  const std::string& part = arguments.required_text("sub").bytes();
  const size_t at = find_text(text.bytes(), part, 0, budget);
  return Value(place_in_characters(text.bytes(), at));
}

Value find_last(const MarkedText& text, Arguments& arguments, Budget& budget) {
  const std::string& part = arguments.required_text("sub").bytes();
  budget.work((text.size() + 1) * (part.size() + 1));
  return Value(place_in_characters(text.bytes(), text.bytes().rfind(part)));
}

Value count(const MarkedText& text, Arguments& arguments, Budget& budget) {
  const std::string& part = arguments.required_text("sub").bytes();
  if (part.empty()) {
    return Value(static_cast<int64_t>(count_characters(text.bytes())) + 1);
  }
  int64_t number = 0;
  for (size_t at = 0;; at += part.size(), ++number) {
    at = find_text(text.bytes(), part, at, budget);
    if (at == kNowhere) return Value(number);
  }
}

template <typename Is>
Value all_are(const MarkedText& text, Is is) {
  return Value(text.size() > 0 && std::ranges::all_of(text.bytes(), is));
}

Value is_digits(const MarkedText& text, Arguments& /*none*/,
                Budget& /*budget*/) {
  return all_are(text, [](char c) { return c >= '0' && c <= '9'; });
}

Value is_white(const MarkedText& text, Arguments& /*none*/,
               Budget& /*budget*/) {
  return Value(text.size() > 0 &&
               white_space_at_beginning(text.bytes()) == text.size());
}

Value is_all_upper(const MarkedText& text, Arguments& /*none*/,
                   Budget& /*budget*/) {
  return Value(std::ranges::any_of(text.bytes(), is_ascii_upper) &&
               std::ranges::none_of(text.bytes(), is_ascii_lower));
}

Value is_all_lower(const MarkedText& text, Arguments& /*none*/,
                   Budget& /*budget*/) {
  return Value(std::ranges::any_of(text.bytes(), is_ascii_lower) &&
               std::ranges::none_of(text.bytes(), is_ascii_upper));
}

using TextMethod = Value (*)(const MarkedText&, Arguments&, Budget&);

const std::map<std::string_view, TextMethod>& text_methods() {
  static const std::map<std::string_view, TextMethod> methods = {
      {"capitalize", capitalize},
      {"count", count},
      {"endswith", ends_with},
      {"find", find_first},
      {"isdigit", is_digits},
      {"islower", is_all_lower},
      {"isspace", is_white},
      {"isupper", is_all_upper},
      {"join", join},
      {"lower", lower},
      {"lstrip", strip_left},
      {"removeprefix", without_prefix},
      {"removesuffix", without_suffix},
      {"replace", replace},
      {"rfind", find_last},
      {"rsplit", split_from_end},
      {"rstrip", strip_right},
      {"split", split},
      {"splitlines", split_lines},
      {"startswith", starts_with},
      {"strip", strip_both},
      {"title", title},
      {"upper", upper},
  };
  return methods;
}

}  // namespace

bool is_text_method(std::string_view name) {
  return text_methods().contains(name);
}

Value call_text_method(const MarkedText& text, std::string_view name,
                       const Arguments& given, Budget& budget) {
  Arguments arguments = given;
  const auto method = text_methods().find(name);
  if (method == text_methods().end()) {
    throw TemplateFault("a text's method " + in_quotes(name) +
                        " is not supported");
  }
  budget.work(text.size());
  Value result = method->second(text, arguments, budget);
  arguments.finish(name);
  return result;
}

}  // namespace pi_ring
