#include "model/template/renderer.h"

#include <utility>

#include "model/template/evaluator.h"
#include "model/template/items.h"
#include "model/template/scope.h"
#include "model/template/token_reader.h"
#include "model/template/value_text.h"

namespace pi_ring {
namespace {

class Renderer {
 public:
  Renderer(const Dict& variables, const std::tm& now, Budget& budget)
      : budget_(budget),
        evaluator_(now, budget,
                   [this](const Macro& macro, Arguments arguments) {
                     return call(macro, std::move(arguments));
                   }) {
    for (const auto& [name, value] : variables.items) {
      globals_.set(name.text()->bytes(), value);
    }
  }

  MarkedText render(const Statements& block) {
    try {
      MarkedText text;
      run(block, globals_, text);
      return text;
    } catch (const TemplateFault& fault) {
      throw TemplateFault(at_line(evaluator_.line(), fault.what()));
    }
  }

 private:
  // How a block ends.
  enum class Flow { kOn, kBreak, kContinue };

  void print(const MarkedText& text, MarkedText& out) {
    budget_.memory(text.footprint());
    out.append(text);
  }

  Flow run(const Statements& block, Scope& scope, MarkedText& out) {
    for (const Statement& statement : block) {
      budget_.work(sizeof(Statement));
      evaluator_.set_line(statement.line);
      const Flow flow = run(statement, scope, out);
      if (flow != Flow::kOn) return flow;
    }
    return Flow::kOn;
  }

  Flow run(const Statement& statement, Scope& scope, MarkedText& out) {
    using Kind = Statement::Kind;
    switch (statement.kind) {
      case Kind::kText:
        print(statement.text, out);
        break;
      case Kind::kPrint:
        print(shown_text(value(statement, 0, scope), budget_), out);
        break;
      case Kind::kIf:
        return run_choice(statement, scope, out);
      case Kind::kFor:
        return run_loop(statement, scope, out);
      case Kind::kSet:
        put(statement.target, value(statement, 0, scope), scope);
        break;
      case Kind::kSetBlock:
        put(statement.target, Value(text_of_block(statement, scope)), scope);
        break;
      case Kind::kFilter:
        print(text_of_block(statement, scope), out);
        break;
      case Kind::kMacro:
        define(statement.macro.front(), scope);
        break;
      case Kind::kBreak:
        return Flow::kBreak;
      case Kind::kContinue:
        return Flow::kContinue;
    }
    return Flow::kOn;
  }

  Value value(const Statement& statement, size_t index, const Scope& scope) {
    return evaluator_.evaluate(statement.expressions[index], scope);
  }

  Flow run_choice(const Statement& statement, Scope& scope, MarkedText& out) {
    const size_t conditions = statement.expressions.size();
    for (size_t i = 0; i < conditions; ++i) {
      if (value(statement, i, scope).truth()) {
        return run(statement.blocks[i], scope, out);
      }
    }
    if (statement.blocks.size() == conditions) return Flow::kOn;
    return run(statement.blocks.back(), scope, out);
  }

  // The items for which the loop's own `if` holds.
  ListPointer items_of_loop(const Statement& statement, const Scope& scope) {
    ListPointer items = items_to_iterate(value(statement, 0, scope), budget_);
    if (statement.expressions.size() == 1) return items;
    std::vector<Value> chosen;
    for (const Value& item : items->items) {
      Scope inner(&scope);
      put(statement.target, item, inner);
      if (value(statement, 1, inner).truth()) chosen.push_back(item);
    }
    return *list_of(std::move(chosen), budget_).as<ListPointer>();
  }

  Flow run_loop(const Statement& statement, Scope& scope, MarkedText& out) {
    auto loop = std::make_shared<Loop>();
    loop->items = items_of_loop(statement, scope);
    for (const Value& item : loop->items->items) {
      Scope inner(&scope);
      put(statement.target, item, inner);
      inner.set("loop", Value(loop));
      if (run(statement.blocks[0], inner, out) == Flow::kBreak) break;
      ++loop->at;
    }
    const bool has_else = statement.blocks.size() > 1;
    if (!has_else || !loop->items->items.empty()) return Flow::kOn;
    return run(statement.blocks[1], scope, out);
  }

  void put(const Target& target, Value value, Scope& scope) {
    if (!target.attribute.empty()) return put_attribute(target, value, scope);
    if (!target.is_tuple) {
      budget_.work(target.names[0].size() + sizeof(Value));
      return scope.set(target.names[0], std::move(value));
    }
    const ListPointer items = items_to_iterate(value, budget_);
    if (items->items.size() != target.names.size()) {
      throw TemplateFault(std::to_string(items->items.size()) + " values for " +
                          std::to_string(target.names.size()) + " names");
    }
    for (size_t i = 0; i < target.names.size(); ++i) {
      budget_.work(target.names[i].size() + sizeof(Value));
      scope.set(target.names[i], items->items[i]);
    }
  }

  void put_attribute(const Target& target, const Value& value,
                     const Scope& scope) {
    const Value* found = scope.find(target.names[0]);
    const auto* names =
        found == nullptr ? nullptr : found->as<std::shared_ptr<Namespace>>();
    if (names == nullptr) {
      throw TemplateFault("'" + target.names[0] + "' is not a namespace");
    }
    require_storable(value);
    budget_.work(target.attribute.size() + sizeof(Value));
    (*names)->values.insert_or_assign(target.attribute, value);
  }

  // The text of a block, after the filters if there are any.
  MarkedText text_of_block(const Statement& statement, const Scope& scope) {
    Scope inner(&scope);
    MarkedText text;
    run(statement.blocks[0], inner, text);
    if (statement.expressions.empty()) return text;
    inner.set("", Value(std::move(text)));
    return shown_text(value(statement, 0, inner), budget_);
  }

  void define(const Macro& macro, Scope& scope) {
    scope.set(macro.name, Value(std::make_shared<const Callable>(
                              Callable{.name = macro.name, .macro = &macro})));
  }

  Value call(const Macro& macro, Arguments arguments) {
    if (++calls_ > kDeepestCalls) {
      throw TemplateFault("macros call each other more than " +
                          std::to_string(kDeepestCalls) + " deep");
    }
    Scope inner(&globals_);
    for (size_t i = 0; i < macro.parameters.size(); ++i) {
      const auto& [name, otherwise] = macro.parameters[i];
      const Value* given = arguments.next(name);
      if (given != nullptr) {
        inner.set(name, *given);
      } else {
        inner.set(name, macro.has_default[i]
                            ? evaluator_.evaluate(otherwise, inner)
                            : Value::undefined(name));
      }
    }
    arguments.finish(macro.name);
    MarkedText text;
    run(macro.body, inner, text);
    --calls_;
    return Value(std::move(text));
  }

  Budget& budget_;
  Evaluator evaluator_;
  Scope globals_{nullptr};
  int calls_ = 0;
};

}  // namespace

MarkedText render_statements(const Statements& block, const Dict& variables,
                             const std::tm& now, Budget& budget) {
  return Renderer(variables, now, budget).render(block);
}

}  // namespace pi_ring
