// The tests of a template: "is defined" and the like.
#include <map>

#include "model/base/wording.h"
#include "model/template/arithmetic.h"
#include "model/template/comparison.h"
#include "model/template/filters.h"

namespace pi_ring {
namespace {

bool is_iterable(const Value& value) {
  return value.text() != nullptr || value.list() != nullptr ||
         value.dict() != nullptr || value.is_undefined();
}

bool is_even(const Value& value) {
  if (!value.is_integer()) {
    throw TemplateFault("whether a " + value.kind() + " is even");
  }
  return value.integer() % 2 == 0;
}

bool is_callable(const Value& value) {
  return value.is<std::shared_ptr<const Callable>>();
}

using PlainTest = bool (*)(const Value&);

const std::map<std::string_view, PlainTest>& plain_tests() {
  static const std::map<std::string_view, PlainTest> tests = {
      {"boolean", [](const Value& value) { return value.is<bool>(); }},
      {"callable", is_callable},
      {"defined", [](const Value& value) { return !value.is_undefined(); }},
      {"even", is_even},
      {"false",
       [](const Value& value) { return value.is<bool>() && !value.truth(); }},
      {"float", [](const Value& value) { return value.is<double>(); }},
      {"integer", [](const Value& value) { return value.is<int64_t>(); }},
      {"iterable", is_iterable},
      {"mapping", [](const Value& value) { return value.dict() != nullptr; }},
      {"none", [](const Value& value) { return value.is_none(); }},
      {"number", [](const Value& value) { return value.is_number(); }},
      {"odd", [](const Value& value) { return !is_even(value); }},
      {"sequence", is_iterable},
      {"string", [](const Value& value) { return value.text() != nullptr; }},
      {"true",
       [](const Value& value) { return value.is<bool>() && value.truth(); }},
      {"undefined", [](const Value& value) { return value.is_undefined(); }},
  };
  return tests;
}

// Those that compare with an argument, and the operator that they stand for.
const std::map<std::string_view, const char*>& comparing_tests() {
  static const std::map<std::string_view, const char*> tests = {
      {"eq", "=="}, {"equalto", "=="},    {"==", "=="}, {"ne", "!="},
      {"gt", ">"},  {"greaterthan", ">"}, {"lt", "<"},  {"lessthan", "<"},
      {"ge", ">="}, {"le", "<="},         {"in", "in"}, {"sameas", "=="},
  };
  return tests;
}

bool is_divisible(const Value& value, Arguments& arguments, Budget& budget) {
  const Value remainder =
      calculate("%", value, arguments.required("num"), budget);
  return !remainder.truth();
}

}  // namespace

bool apply_test(std::string_view name, const Value& value,
                const Arguments& given, Budget& budget) {
  Arguments arguments = given;
  bool holds = false;
  if (const auto test = plain_tests().find(name); test != plain_tests().end()) {
    holds = test->second(value);
  } else if (const auto comparing = comparing_tests().find(name);
             comparing != comparing_tests().end()) {
    holds =
        compare(comparing->second, value, arguments.required("other"), budget);
  } else if (name == "divisibleby") {
    holds = is_divisible(value, arguments, budget);
  } else {
    throw TemplateFault("the test " + in_quotes(name) + " is not supported");
  }
  arguments.finish(name);
  return holds;
}

}  // namespace pi_ring
