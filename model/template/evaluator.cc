#include "model/template/evaluator.h"

#include <utility>

#include "model/base/wording.h"
#include "model/template/arithmetic.h"
#include "model/template/comparison.h"
#include "model/template/filters.h"
#include "model/template/functions.h"
#include "model/template/items.h"
#include "model/template/value_text.h"

namespace pi_ring {
namespace {

// What looking at one part of an expression counts, in bytes of work.
constexpr size_t kWorkOfExpression = 16;

Value callable(Callable what) {
  return Value(std::make_shared<const Callable>(std::move(what)));
}

}  // namespace

Value Evaluator::evaluate(const Expression& expression, const Scope& scope) {
  budget_.work(kWorkOfExpression);
  if (expression.line > 0) line_ = expression.line;
  return computed(expression, scope);
}

Value Evaluator::computed(const Expression& expression, const Scope& scope) {
  using Kind = Expression::Kind;
  const auto part = [&](size_t index) {
    return evaluate(expression.parts[index], scope);
  };
  switch (expression.kind) {
    case Kind::kConstant:
      return expression.constant;
    case Kind::kName:
      return name(expression, scope);
    case Kind::kList:
    case Kind::kTuple:
      return list_of(all(expression.parts, 0, scope), budget_,
                     expression.kind == Kind::kTuple);
    case Kind::kDict:
      return dict(expression, scope);
    case Kind::kAttribute:
      return attribute(part(0), expression.name);
    case Kind::kItem: {
      const Value value = part(0);
      return item_of(value, part(1), budget_);
    }
    case Kind::kSlice: {
      const auto values = all(expression.parts, 0, scope);
      return slice_of(values[0], values[1], values[2], values[3], budget_);
    }
    case Kind::kCall:
      return call(expression, scope);
    case Kind::kFilter: {
      const Value value = part(0);
      return apply_filter(expression.name, value, arguments(expression, scope),
                          budget_);
    }
    case Kind::kTest: {
      const Value value = part(0);
      return Value(apply_test(expression.name, value,
                              arguments(expression, scope), budget_));
    }
    case Kind::kNot:
      return Value(!part(0).truth());
    case Kind::kNegate:
      return negated(part(0));
    case Kind::kPlus:
      return negated(negated(part(0)));
    case Kind::kAnd:
    case Kind::kOr:
      return any_or_all(expression, scope);
    case Kind::kChoice:
      return choice(expression, scope);
    case Kind::kArithmetic: {
      const Value left = part(0);
      return calculate(expression.name, left, part(1), budget_);
    }
    case Kind::kJoin:
      return joined(expression, scope);
    case Kind::kCompare:
      return comparison(expression, scope);
  }
  return {};
}

std::vector<Value> Evaluator::all(const std::vector<Expression>& expressions,
                                  size_t from, const Scope& scope) {
  std::vector<Value> values;
  for (size_t i = from; i < expressions.size(); ++i) {
    values.push_back(evaluate(expressions[i], scope));
  }
  return values;
}

Arguments Evaluator::arguments(const Expression& expression,
                               const Scope& scope) {
  std::vector<std::pair<std::string, Value>> named;
  std::vector<Value> plain = all(expression.parts, 1, scope);
  for (const auto& [name, value] : expression.named) {
    named.emplace_back(name, evaluate(value, scope));
  }
  line_ = expression.line;
  return {std::move(plain), std::move(named)};
}

Value Evaluator::name(const Expression& expression, const Scope& scope) const {
  if (const Value* value = scope.find(expression.name)) return *value;
  if (is_function(expression.name)) return callable({.name = expression.name});
  return Value::undefined(expression.name);
}

Value Evaluator::attribute(const Value& of, const std::string& name) {
  if (const auto* loop = of.as<std::shared_ptr<Loop>>()) {
    if (name != "cycle") return loop_attribute(**loop, name);
  }
  if (const auto* names = of.as<std::shared_ptr<Namespace>>()) {
    const auto found = (*names)->values.find(name);
    return found == (*names)->values.end() ? Value::undefined(name)
                                           : found->second;
  }
  if (is_method(of, name)) {
    return callable(
        {.name = name, .receiver = std::make_shared<const Value>(of)});
  }
  if (of.dict() != nullptr || of.is_undefined()) {
    return item_of(of, Value::text(name), budget_);
  }
  return Value::undefined(name);
}

Value Evaluator::dict(const Expression& expression, const Scope& scope) {
  DictMaker maker(budget_);
  for (size_t i = 0; i + 1 < expression.parts.size(); i += 2) {
    Value key = evaluate(expression.parts[i], scope);
    maker.set(std::move(key), evaluate(expression.parts[i + 1], scope));
  }
  return maker.made();
}

Value Evaluator::call(const Expression& expression, const Scope& scope) {
  const Expression& called = expression.parts[0];
  const Value value = evaluate(called, scope);
  const auto* callable = value.as<std::shared_ptr<const Callable>>();
  if (callable == nullptr) {
    const std::string what =
        called.name.empty() ? "a " + value.kind() : in_quotes(called.name);
    throw TemplateFault(what + (value.is_undefined()
                                    ? " is not defined, or not supported"
                                    : " cannot be called"));
  }
  Arguments given = arguments(expression, scope);
  const Callable& what = **callable;
  if (what.macro != nullptr) return macro_call_(*what.macro, std::move(given));
  if (what.receiver != nullptr) {
    return call_method(*what.receiver, what.name, given, budget_);
  }
  return call_function(what.name, given, now_, budget_);
}

Value Evaluator::choice(const Expression& expression, const Scope& scope) {
  if (evaluate(expression.parts[1], scope).truth()) {
    return evaluate(expression.parts[0], scope);
  }
  return expression.parts.size() < 3 ? Value()
                                     : evaluate(expression.parts[2], scope);
}

// The first value that decides, as in Python.
Value Evaluator::any_or_all(const Expression& expression, const Scope& scope) {
  const bool decides = expression.kind == Expression::Kind::kOr;
  Value value;
  for (const Expression& part : expression.parts) {
    value = evaluate(part, scope);
    if (value.truth() == decides) break;
  }
  return value;
}

Value Evaluator::joined(const Expression& expression, const Scope& scope) {
  MarkedText text;
  for (const Expression& part : expression.parts) {
    const MarkedText next = shown_text(evaluate(part, scope), budget_);
    budget_.memory(next.footprint());
    text.append(next);
  }
  return Value(std::move(text));
}

// a < b < c compares each with the next.
Value Evaluator::comparison(const Expression& expression, const Scope& scope) {
  Value left = evaluate(expression.parts[0], scope);
  for (size_t i = 0; i < expression.operators.size(); ++i) {
    Value right = evaluate(expression.parts[i + 1], scope);
    if (!compare(expression.operators[i], left, right, budget_)) {
      return Value(false);
    }
    left = std::move(right);
  }
  return Value(true);
}

}  // namespace pi_ring
