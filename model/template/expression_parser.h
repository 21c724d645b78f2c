// Reads the expressions of a template, with the precedence that Jinja gives to
// its operators.
#pragma once

#include "model/template/syntax.h"
#include "model/template/token_reader.h"

namespace pi_ring {

class ExpressionParser {
 public:
  explicit ExpressionParser(TokenReader& tokens) : tokens_(tokens) {}

  // All throw TemplateFault with the line.
  Expression expression();
  // One without "x if y", or a tuple without brackets, as after "for a in".
  Expression iterated();
  // An expression, or a tuple without brackets: "a, b".
  Expression tuple();
  // The filters in "| trim | upper", or in "trim | upper", applied to
  // `subject`.
  Expression filters_of(Expression subject);
  Expression first_filter_of(Expression subject);

 private:
  class Depth;
  using Kind = Expression::Kind;

  Expression choice();
  Expression any_of();
  Expression all_of();
  Expression negation();
  Expression comparison();
  Expression sum();
  Expression joined();
  Expression product();
  Expression power();
  Expression unary(bool has_filters);
  Expression signed_or_primary();
  Expression primary();
  Expression list_or_tuple(const char* closing, Kind kind);
  Expression dict();
  Expression constant(Value value);
  Expression number();
  Expression named_constant_or_name();
  Expression string();
  Expression with_suffixes(Expression subject);
  Expression with_filters(Expression subject);
  Expression attribute(Expression subject);
  Expression item(Expression subject);
  Expression slice_part();
  Expression call(Expression subject);
  Expression filter(Expression subject);
  Expression test(Expression subject);
  void arguments(Expression& call);
  bool is_argument_of_test() const;
  bool skip_comparison(std::string& which);
  Expression further_of_tuple(Expression first);
  bool is_end_of_tuple() const;

  template <typename Next>
  Expression arithmetic(std::initializer_list<const char*> operators,
                        Next next);
  Expression tree(Kind kind, std::vector<Expression> parts,
                  std::string name = {});
  void check_height(Expression& expression) const;

  TokenReader& tokens_;
  int depth_ = 0;
};

}  // namespace pi_ring
