// Computes the expressions of a template.
#pragma once

#include <ctime>
#include <functional>

#include "model/template/arguments.h"
#include "model/template/budget.h"
#include "model/template/scope.h"
#include "model/template/syntax.h"

namespace pi_ring {

class Evaluator {
 public:
  // Renders a macro's body.
  using MacroCall = std::function<Value(const Macro&, Arguments)>;

  Evaluator(const std::tm& now, Budget& budget, MacroCall macro_call)
      : now_(now), budget_(budget), macro_call_(std::move(macro_call)) {}

  // Throws TemplateFault; line() then says where.
  Value evaluate(const Expression& expression, const Scope& scope);

  int line() const { return line_; }
  void set_line(int line) { line_ = line; }

 private:
  Value computed(const Expression& expression, const Scope& scope);
  Value name(const Expression& expression, const Scope& scope) const;
  Value attribute(const Value& of, const std::string& name);
  Value dict(const Expression& expression, const Scope& scope);
  Value call(const Expression& expression, const Scope& scope);
  Value choice(const Expression& expression, const Scope& scope);
  Value any_or_all(const Expression& expression, const Scope& scope);
  Value joined(const Expression& expression, const Scope& scope);
  Value comparison(const Expression& expression, const Scope& scope);
  std::vector<Value> all(const std::vector<Expression>& expressions,
                         size_t from, const Scope& scope);
  Arguments arguments(const Expression& expression, const Scope& scope);

  const std::tm& now_;
  Budget& budget_;
  MacroCall macro_call_;
  int line_ = 1;
};

}  // namespace pi_ring
