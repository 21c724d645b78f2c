#include "model/template/operators.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "model/template/characters.h"
#include "model/template/value_text.h"

namespace pi_ring {
namespace {

[[noreturn]] void refuse_kinds(const std::string& which, const Value& left,
                               const Value& right) {
  if (left.is_undefined() && left.as<Undefined>()->name != nullptr) {
    throw TemplateFault("'" + *left.as<Undefined>()->name + "' is undefined");
  }
  throw TemplateFault(which + " does not work between " + left.kind() +
                      " and " + right.kind());
}

int64_t require_fit(bool overflows, int64_t number) {
  if (overflows) throw TemplateFault("a number is too large");
  return number;
}

int64_t sum_of(int64_t a, int64_t b) {
  int64_t result = 0;
  const bool overflows = __builtin_add_overflow(a, b, &result);
  return require_fit(overflows, result);
}

int64_t difference_of(int64_t a, int64_t b) {
  int64_t result = 0;
  const bool overflows = __builtin_sub_overflow(a, b, &result);
  return require_fit(overflows, result);
}

int64_t product_of(int64_t a, int64_t b) {
  int64_t result = 0;
  const bool overflows = __builtin_mul_overflow(a, b, &result);
  return require_fit(overflows, result);
}

void require_divisor(bool is_zero) {
  if (is_zero) throw TemplateFault("a division by zero");
}

// Rounded down, as Python divides.
int64_t quotient_of(int64_t a, int64_t b) {
  require_divisor(b == 0);
  if (b == -1) return difference_of(0, a);
  const int64_t result = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? result - 1 : result;
}

int64_t remainder_of(int64_t a, int64_t b) {
  require_divisor(b == 0);
  if (b == -1) return 0;
  const int64_t result = a % b;
  return result != 0 && (result < 0) != (b < 0) ? result + b : result;
}

int64_t power_of(int64_t base, int64_t exponent) {
  constexpr int64_t kMostBits = 64;
  if (base == 0 || base == 1) return exponent == 0 ? 1 : base;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  require_fit(exponent > kMostBits, 0);
  int64_t result = 1;
  for (int64_t i = 0; i < exponent; ++i) result = product_of(result, base);
  return result;
}

Value calculate_integers(const std::string& which, int64_t a, int64_t b) {
  if (which == "+") return Value(sum_of(a, b));
  if (which == "-") return Value(difference_of(a, b));
  if (which == "*") return Value(product_of(a, b));
  if (which == "//") return Value(quotient_of(a, b));
  if (which == "%") return Value(remainder_of(a, b));
  if (which == "**" && b >= 0) return Value(power_of(a, b));
  const auto x = static_cast<double>(a);
  const auto y = static_cast<double>(b);
  require_divisor(which == "/" ? y == 0.0 : x == 0.0);
  return Value(which == "/" ? x / y : std::pow(x, y));
}

double remainder_of(double a, double b) {
  const double result = std::fmod(a, b);
  return result != 0.0 && (result < 0.0) != (b < 0.0) ? result + b : result;
}

Value calculate_floats(const std::string& which, double a, double b) {
  if (which == "+") return Value(a + b);
  if (which == "-") return Value(a - b);
  if (which == "*") return Value(a * b);
  require_divisor(which == "**" ? a == 0.0 && b < 0.0 : b == 0.0);
  if (which == "/") return Value(a / b);
  if (which == "//") return Value(std::floor(a / b));
  if (which == "%") return Value(remainder_of(a, b));
  if (a < 0.0 && b != std::floor(b)) {
    throw TemplateFault("a root of a negative number is not supported");
  }
  return Value(std::pow(a, b));
}

Value repeated(const MarkedText& text, int64_t times, Budget& budget) {
  MarkedText result;
  for (int64_t i = 0; i < times; ++i) {
    budget.memory(text.footprint() + 1);
    result.append(text);
  }
  return Value(std::move(result));
}

Value repeated(const List& list, int64_t times, Budget& budget) {
  std::vector<Value> items;
  for (int64_t i = 0; i < times; ++i) {
    budget.values(list.items.size() + 1);
    items.insert(items.end(), list.items.begin(), list.items.end());
  }
  return list_of(std::move(items), budget, list.is_tuple);
}

Value joined_texts(const MarkedText& left, const MarkedText& right,
                   Budget& budget) {
  budget.memory(left.footprint() + right.footprint());
  MarkedText result = left;
  result.append(right);
  return Value(std::move(result));
}

Value joined_lists(const List& left, const List& right, Budget& budget) {
  budget.values(left.items.size() + right.items.size());
  std::vector<Value> items = left.items;
  items.insert(items.end(), right.items.begin(), right.items.end());
  return list_of(std::move(items), budget, left.is_tuple);
}

bool equal_lists(const List& left, const List& right, Budget& budget) {
  if (left.is_tuple != right.is_tuple ||
      left.items.size() != right.items.size()) {
    return false;
  }
  for (size_t i = 0; i < left.items.size(); ++i) {
    if (!equal(left.items[i], right.items[i], budget)) return false;
  }
  return true;
}

bool equal_dicts(const Dict& left, const Dict& right, Budget& budget) {
  if (left.items.size() != right.items.size()) return false;
  for (const auto& [key, value] : left.items) {
    const Value* other = find(right, key.text()->bytes());
    if (other == nullptr || !equal(value, *other, budget)) return false;
  }
  return true;
}

std::string dict_key(const Value& key) {
  if (key.text() == nullptr) {
    throw TemplateFault("a key of kind " + key.kind() +
                        " in a dict is not supported, only texts are");
  }
  return key.text()->bytes();
}

// The place of an index that may count from the end; npos: there is none.
size_t place_of(int64_t index, size_t size) {
  const auto count = static_cast<int64_t>(size);
  if (index < 0) index += count;
  return index < 0 || index >= count ? std::string::npos
                                     : static_cast<size_t>(index);
}

Value character_at(const MarkedText& text, int64_t index, Budget& budget) {
  budget.work(text.size());
  const std::vector<size_t> places = character_places(text.bytes());
  const size_t at = place_of(index, places.size() - 1);
  if (at == std::string::npos) return Value();
  return text_of(text.part(places[at], places[at + 1] - places[at]), budget);
}

// The indices that a slice takes, as Python counts them.
class SliceIndices {
 public:
  SliceIndices(const Value& begin, const Value& end, const Value& step,
               size_t size)
      : size_(static_cast<int64_t>(size)), step_(bound(step, 1)) {
    if (step_ == 0) throw TemplateFault("a slice with a step of 0");
    const bool is_down = step_ < 0;
    at_ = clamped(bound(begin, is_down ? kMost : 0), is_down);
    end_ = end.is_none() ? (is_down ? -1 : size_)
                         : clamped(bound(end, 0), is_down);
  }

  // Where the slice is one part of the whole: its begin and its end.
  bool is_plain() const { return step_ == 1; }
  size_t begin() const { return static_cast<size_t>(std::min(at_, end_)); }
  size_t end() const { return static_cast<size_t>(end_); }

  bool is_done() const { return step_ > 0 ? at_ >= end_ : at_ <= end_; }
  size_t next() {
    const auto index = static_cast<size_t>(at_);
    // Past either end is far enough, and no sum overflows.
    const int64_t step = std::clamp(step_, -size_ - 1, size_ + 1);
    at_ += step;
    return index;
  }

 private:
  static constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

  static int64_t bound(const Value& value, int64_t otherwise) {
    if (value.is_none()) return otherwise;
    if (value.is_integer()) return value.integer();
    throw TemplateFault("a slice with a " + value.kind() + " as its bound");
  }

  int64_t clamped(int64_t index, bool is_down) const {
    if (index < 0) index = index < -size_ ? -1 : index + size_;
    if (index < 0) return is_down ? -1 : 0;
    return std::min(index, is_down ? size_ - 1 : size_);
  }

  int64_t size_;
  int64_t step_;
  int64_t at_ = 0;
  int64_t end_ = 0;
};

}  // namespace

Value calculate(const std::string& which, const Value& left, const Value& right,
                Budget& budget) {
  if (left.is_integer() && right.is_integer()) {
    return calculate_integers(which, left.integer(), right.integer());
  }
  if (left.is_number() && right.is_number()) {
    return calculate_floats(which, left.number(), right.number());
  }
  if (which == "*" && (left.is_integer() || right.is_integer())) {
    const Value& value = left.is_integer() ? right : left;
    const int64_t times = (left.is_integer() ? left : right).integer();
    if (value.text() != nullptr) return repeated(*value.text(), times, budget);
    if (value.list() != nullptr) return repeated(*value.list(), times, budget);
  }
  if (which == "+" && left.text() != nullptr && right.text() != nullptr) {
    return joined_texts(*left.text(), *right.text(), budget);
  }
  if (which == "+" && left.list() != nullptr && right.list() != nullptr &&
      left.list()->is_tuple == right.list()->is_tuple) {
    return joined_lists(*left.list(), *right.list(), budget);
  }
  refuse_kinds(which, left, right);
}

Value negated(const Value& value) {
  if (value.is_integer()) return Value(difference_of(0, value.integer()));
  if (value.is_number()) return Value(-value.number());
  throw TemplateFault("- does not work on " + value.kind());
}

bool equal(const Value& left, const Value& right, Budget& budget) {
  budget.work(1);
  if (left.is_number() && right.is_number()) {
    return left.is_integer() && right.is_integer()
               ? left.integer() == right.integer()
               : left.number() == right.number();
  }
  if (left.text() != nullptr && right.text() != nullptr) {
    budget.work(left.text()->size());
    return left.text()->bytes() == right.text()->bytes();
  }
  if (left.list() != nullptr && right.list() != nullptr) {
    return equal_lists(*left.list(), *right.list(), budget);
  }
  if (left.dict() != nullptr && right.dict() != nullptr) {
    return equal_dicts(*left.dict(), *right.dict(), budget);
  }
  return (left.is_none() && right.is_none()) ||
         (left.is_undefined() && right.is_undefined());
}

bool less(const Value& left, const Value& right, Budget& budget) {
  budget.work(1);
  if (left.is_integer() && right.is_integer()) {
    return left.integer() < right.integer();
  }
  if (left.is_number() && right.is_number()) {
    return left.number() < right.number();
  }
  if (left.text() != nullptr && right.text() != nullptr) {
    budget.work(left.text()->size());
    return left.text()->bytes() < right.text()->bytes();
  }
  refuse_kinds("<", left, right);
}

bool contains(const Value& container, const Value& value, Budget& budget) {
  if (const MarkedText* text = container.text()) {
    if (value.text() == nullptr) refuse_kinds("in", value, container);
    return find_text(text->bytes(), value.text()->bytes(), 0, budget) !=
           std::string::npos;
  }
  if (const Dict* dict = container.dict()) {
    return value.text() != nullptr &&
           find(*dict, value.text()->bytes()) != nullptr;
  }
  if (container.is_undefined()) return false;
  if (container.list() == nullptr) refuse_kinds("in", value, container);
  for (const Value& item : container.list()->items) {
    if (equal(item, value, budget)) return true;
  }
  return false;
}

bool compare(const std::string& which, const Value& left, const Value& right,
             Budget& budget) {
  if (which == "==") return equal(left, right, budget);
  if (which == "!=") return !equal(left, right, budget);
  if (which == "<") return less(left, right, budget);
  if (which == ">") return less(right, left, budget);
  if (which == "<=") {
    return less(left, right, budget) || equal(left, right, budget);
  }
  if (which == ">=") {
    return less(right, left, budget) || equal(left, right, budget);
  }
  return contains(right, left, budget) == (which == "in");
}

Value item_of(const Value& value, const Value& key, Budget& budget) {
  budget.work(1);
  if (const Dict* dict = value.dict()) {
    const Value* item = find(*dict, dict_key(key));
    return item == nullptr ? Value::undefined(dict_key(key)) : *item;
  }
  if (value.is_undefined()) refuse_kinds("[]", value, key);
  if (!key.is_integer()) return Value();
  if (const List* list = value.list()) {
    const size_t at = place_of(key.integer(), list->items.size());
    return at == std::string::npos ? Value() : list->items[at];
  }
  if (const MarkedText* text = value.text()) {
    return character_at(*text, key.integer(), budget);
  }
  return Value();
}

Value slice_of(const Value& value, const Value& begin, const Value& end,
               const Value& step, Budget& budget) {
  if (const List* list = value.list()) {
    budget.values(list->items.size());
    std::vector<Value> items;
    for (SliceIndices at(begin, end, step, list->items.size());
         !at.is_done();) {
      items.push_back(list->items[at.next()]);
    }
    return list_of(std::move(items), budget, list->is_tuple);
  }
  if (value.text() == nullptr) {
    if (value.is_undefined()) refuse_kinds("[:]", value, value);
    throw TemplateFault("a slice of a " + value.kind());
  }
  const MarkedText& text = *value.text();
  budget.work(text.size());
  const std::vector<size_t> places = character_places(text.bytes());
  SliceIndices at(begin, end, step, places.size() - 1);
  if (at.is_plain()) {
    const size_t first = places[at.begin()];
    return text_of(text.part(first, places[at.end()] - first), budget);
  }
  MarkedText result;
  while (!at.is_done()) {
    const size_t index = at.next();
    budget.work(1);
    result.append(text.part(places[index], places[index + 1] - places[index]));
  }
  return text_of(std::move(result), budget);
}

ListPointer items_to_iterate(const Value& value, Budget& budget) {
  if (value.list() != nullptr) return *value.as<ListPointer>();
  std::vector<Value> items;
  if (const Dict* dict = value.dict()) {
    for (const auto& [key, item] : dict->items) items.push_back(key);
  } else if (const MarkedText* text = value.text()) {
    budget.memory(text->size() * (sizeof(size_t) + sizeof(MarkedText)));
    const std::vector<size_t> places = character_places(text->bytes());
    for (size_t i = 0; i + 1 < places.size(); ++i) {
      items.emplace_back(text->part(places[i], places[i + 1] - places[i]));
    }
  } else if (!value.is_undefined()) {
    throw TemplateFault("a " + value.kind() + " has no items to go over");
  }
  return *list_of(std::move(items), budget).as<ListPointer>();
}

size_t find_text(std::string_view text, std::string_view part, size_t from,
                 Budget& budget) {
  if (from > text.size()) return std::string_view::npos;
  budget.work(text.size() - from + part.size());
  const void* found =
      memmem(text.data() + from, text.size() - from, part.data(), part.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<size_t>(
                                static_cast<const char*>(found) - text.data());
}

}  // namespace pi_ring
