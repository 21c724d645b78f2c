#include "model/template/arithmetic.h"

#include <cmath>
#include <utility>
#include <vector>

namespace pi_ring {
namespace {

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

}  // namespace pi_ring
