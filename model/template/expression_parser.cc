#include "model/template/expression_parser.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <utility>

#include "model/base/wording.h"
#include "model/template/budget.h"

namespace pi_ring {
namespace {

using TokenKind = TemplateToken::Kind;

constexpr const char* kTooDeep = "expressions nest deeper than 64";
static_assert(kDeepestTemplate == 64);

std::vector<Expression> list_with(Expression first) {
  std::vector<Expression> parts;
  parts.push_back(std::move(first));
  return parts;
}

}  // namespace

// Counts brackets within brackets, which are calls within calls here.
class ExpressionParser::Depth {
 public:
  explicit Depth(ExpressionParser& parser) : parser_(parser) {
    if (++parser_.depth_ > kDeepestTemplate) parser_.tokens_.fail(kTooDeep);
  }
  ~Depth() { --parser_.depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;

 private:
  ExpressionParser& parser_;
};

void ExpressionParser::check_height(Expression& expression) const {
  for (const Expression& part : expression.parts) {
    expression.height = std::max(expression.height, part.height + 1);
  }
  for (const auto& [name, part] : expression.named) {
    expression.height = std::max(expression.height, part.height + 1);
  }
  if (expression.height > kDeepestTemplate) tokens_.fail(kTooDeep);
}

Expression ExpressionParser::tree(Kind kind, std::vector<Expression> parts,
                                  std::string name) {
  Expression expression{.kind = kind,
                        .line = tokens_.line(),
                        .name = std::move(name),
                        .parts = std::move(parts)};
  check_height(expression);
  return expression;
}

Expression ExpressionParser::constant(Value value) {
  return {.kind = Kind::kConstant,
          .line = tokens_.line(),
          .constant = std::move(value)};
}

Expression ExpressionParser::expression() {
  const Depth deeper(*this);
  return choice();
}

bool ExpressionParser::is_end_of_tuple() const {
  return tokens_.is(TokenKind::kEnd) || tokens_.is_operator(")") ||
         tokens_.is_name("recursive") || tokens_.is_name("if");
}

Expression ExpressionParser::further_of_tuple(Expression first) {
  if (!tokens_.is_operator(",")) return first;
  std::vector<Expression> parts = list_with(std::move(first));
  while (tokens_.skip_operator(",") && !is_end_of_tuple()) {
    parts.push_back(expression());
  }
  return tree(Kind::kTuple, std::move(parts));
}

Expression ExpressionParser::tuple() { return further_of_tuple(expression()); }

Expression ExpressionParser::iterated() { return further_of_tuple(any_of()); }

Expression ExpressionParser::choice() {
  Expression value = any_of();
  while (tokens_.skip_name("if")) {
    std::vector<Expression> parts = list_with(std::move(value));
    parts.push_back(any_of());
    if (tokens_.skip_name("else")) parts.push_back(expression());
    value = tree(Kind::kChoice, std::move(parts));
  }
  return value;
}

Expression ExpressionParser::any_of() {
  Expression value = all_of();
  if (!tokens_.is_name("or")) return value;
  std::vector<Expression> parts = list_with(std::move(value));
  while (tokens_.skip_name("or")) parts.push_back(all_of());
  return tree(Kind::kOr, std::move(parts));
}

Expression ExpressionParser::all_of() {
  Expression value = negation();
  if (!tokens_.is_name("and")) return value;
  std::vector<Expression> parts = list_with(std::move(value));
  while (tokens_.skip_name("and")) parts.push_back(negation());
  return tree(Kind::kAnd, std::move(parts));
}

Expression ExpressionParser::negation() {
  if (!tokens_.skip_name("not")) return comparison();
  const Depth deeper(*this);
  return tree(Kind::kNot, list_with(negation()));
}

bool ExpressionParser::skip_comparison(std::string& which) {
  for (const char* each : {"==", "!=", "<=", ">=", "<", ">"}) {
    if (!tokens_.skip_operator(each)) continue;
    which = each;
    return true;
  }
  const bool is_not_in = tokens_.is_name("not") &&
                         tokens_.after(1).kind == TokenKind::kName &&
                         tokens_.after(1).text == "in";
  if (is_not_in) tokens_.take();
  which = is_not_in ? "not in" : "in";
  return tokens_.skip_name("in");
}

Expression ExpressionParser::comparison() {
  std::vector<Expression> parts = list_with(sum());
  std::vector<std::string> operators;
  std::string which;
  while (skip_comparison(which)) {
    operators.push_back(which);
    parts.push_back(sum());
  }
  if (operators.empty()) return std::move(parts.front());
  Expression comparison = tree(Kind::kCompare, std::move(parts));
  comparison.operators = std::move(operators);
  return comparison;
}

template <typename Next>
Expression ExpressionParser::arithmetic(
    std::initializer_list<const char*> operators, Next next) {
  Expression value = next();
  while (true) {
    const auto which = std::ranges::find_if(
        operators, [&](auto* each) { return tokens_.skip_operator(each); });
    if (which == operators.end()) return value;
    std::vector<Expression> parts = list_with(std::move(value));
    parts.push_back(next());
    value = tree(Kind::kArithmetic, std::move(parts), *which);
  }
}

Expression ExpressionParser::sum() {
  return arithmetic({"+", "-"}, [this] { return joined(); });
}

Expression ExpressionParser::joined() {
  Expression value = product();
  if (!tokens_.is_operator("~")) return value;
  std::vector<Expression> parts = list_with(std::move(value));
  while (tokens_.skip_operator("~")) parts.push_back(product());
  return tree(Kind::kJoin, std::move(parts));
}

Expression ExpressionParser::product() {
  return arithmetic({"*", "//", "/", "%"}, [this] { return power(); });
}

Expression ExpressionParser::power() {
  return arithmetic({"**"}, [this] { return unary(true); });
}

Expression ExpressionParser::unary(bool has_filters) {
  Expression value = with_suffixes(signed_or_primary());
  return has_filters ? with_filters(std::move(value)) : value;
}

Expression ExpressionParser::signed_or_primary() {
  const bool is_negated = tokens_.is_operator("-");
  if (!is_negated && !tokens_.is_operator("+")) return primary();
  tokens_.take();
  const Depth deeper(*this);
  return tree(is_negated ? Kind::kNegate : Kind::kPlus,
              list_with(unary(false)));
}

Expression ExpressionParser::primary() {
  switch (tokens_.now().kind) {
    case TokenKind::kName:
      return named_constant_or_name();
    case TokenKind::kString:
      return string();
    case TokenKind::kInteger:
    case TokenKind::kFloat:
      return number();
    default:
      break;
  }
  if (tokens_.skip_operator("(")) return list_or_tuple(")", Kind::kTuple);
  if (tokens_.skip_operator("[")) return list_or_tuple("]", Kind::kList);
  if (tokens_.skip_operator("{")) return dict();
  tokens_.fail_unexpected();
}

Expression ExpressionParser::named_constant_or_name() {
  const std::string name = tokens_.take().text;
  if (name == "true" || name == "True") return constant(Value(true));
  if (name == "false" || name == "False") return constant(Value(false));
  if (name == "none" || name == "None") return constant(Value(None{}));
  return tree(Kind::kName, {}, name);
}

Expression ExpressionParser::string() {
  std::string text;
  while (tokens_.is(TokenKind::kString)) text += tokens_.take().text;
  return constant(Value::text(text));
}

Expression ExpressionParser::number() {
  const TemplateToken token = tokens_.take();
  const char* end = token.text.data() + token.text.size();
  if (token.kind == TokenKind::kInteger) {
    int64_t number = 0;
    const auto read = std::from_chars(token.text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) {
      return constant(Value(number));
    }
  } else {
    double number = 0.0;
    const auto read = std::from_chars(token.text.data(), end, number);
    if (read.ec == std::errc() && std::isfinite(number)) {
      return constant(Value(number));
    }
  }
  tokens_.fail("the number " + in_quotes(token.text) + " is too large");
}

// After "(" or "[". A single value in round brackets is itself.
Expression ExpressionParser::list_or_tuple(const char* closing, Kind kind) {
  std::vector<Expression> parts;
  bool has_comma = false;
  while (!tokens_.is_operator(closing)) {
    if (!parts.empty()) {
      tokens_.expect_operator(",");
      has_comma = true;
      if (tokens_.is_operator(closing)) break;
    }
    parts.push_back(expression());
  }
  tokens_.take();
  if (kind == Kind::kTuple && parts.size() == 1 && !has_comma) {
    return std::move(parts.front());
  }
  return tree(kind, std::move(parts));
}

Expression ExpressionParser::dict() {
  std::vector<Expression> parts;
  while (!tokens_.is_operator("}")) {
    if (!parts.empty()) {
      tokens_.expect_operator(",");
      if (tokens_.is_operator("}")) break;
    }
    parts.push_back(expression());
    tokens_.expect_operator(":");
    parts.push_back(expression());
  }
  tokens_.take();
  return tree(Kind::kDict, std::move(parts));
}

Expression ExpressionParser::with_suffixes(Expression subject) {
  while (true) {
    if (tokens_.skip_operator(".")) {
      subject = attribute(std::move(subject));
    } else if (tokens_.skip_operator("[")) {
      subject = item(std::move(subject));
    } else if (tokens_.is_operator("(")) {
      subject = call(std::move(subject));
    } else {
      return subject;
    }
  }
}

Expression ExpressionParser::with_filters(Expression subject) {
  while (true) {
    if (tokens_.skip_operator("|")) {
      subject = filter(std::move(subject));
    } else if (tokens_.skip_name("is")) {
      subject = test(std::move(subject));
    } else if (tokens_.is_operator("(")) {
      subject = call(std::move(subject));
    } else {
      return subject;
    }
  }
}

Expression ExpressionParser::attribute(Expression subject) {
  std::vector<Expression> parts = list_with(std::move(subject));
  if (tokens_.is(TokenKind::kInteger)) {
    parts.push_back(number());
    return tree(Kind::kItem, std::move(parts));
  }
  std::string name = tokens_.expect_any_name();
  return tree(Kind::kAttribute, std::move(parts), std::move(name));
}

Expression ExpressionParser::slice_part() {
  if (tokens_.is_operator(":") || tokens_.is_operator("]")) {
    return constant(Value(None{}));
  }
  return expression();
}

// After "[".
Expression ExpressionParser::item(Expression subject) {
  std::vector<Expression> parts = list_with(std::move(subject));
  if (!tokens_.is_operator(":")) parts.push_back(expression());
  if (parts.size() == 2 && tokens_.skip_operator("]")) {
    return tree(Kind::kItem, std::move(parts));
  }
  if (parts.size() == 1) parts.push_back(constant(Value(None{})));
  tokens_.expect_operator(":");
  parts.push_back(slice_part());
  parts.push_back(tokens_.skip_operator(":") ? slice_part()
                                             : constant(Value(None{})));
  tokens_.expect_operator("]");
  return tree(Kind::kSlice, std::move(parts));
}

// From "(" to ")".
void ExpressionParser::arguments(Expression& call) {
  tokens_.expect_operator("(");
  for (bool is_first = true; !tokens_.is_operator(")"); is_first = false) {
    if (!is_first) tokens_.expect_operator(",");
    if (tokens_.is_operator(")")) break;
    if (tokens_.is_operator("*") || tokens_.is_operator("**")) {
      tokens_.fail("arguments with * are not supported");
    }
    const bool is_named = tokens_.is(TokenKind::kName) &&
                          tokens_.after(1).kind == TokenKind::kOperator &&
                          tokens_.after(1).text == "=";
    if (is_named) {
      std::string name = tokens_.take().text;
      tokens_.take();
      call.named.emplace_back(std::move(name), expression());
    } else if (call.named.empty()) {
      call.parts.push_back(expression());
    } else {
      tokens_.fail("an argument without a name follows one with a name");
    }
  }
  tokens_.take();
  check_height(call);
}

Expression ExpressionParser::call(Expression subject) {
  Expression call = tree(Kind::kCall, list_with(std::move(subject)));
  arguments(call);
  return call;
}

Expression ExpressionParser::filter(Expression subject) {
  std::string name = tokens_.expect_any_name();
  Expression filter =
      tree(Kind::kFilter, list_with(std::move(subject)), std::move(name));
  if (tokens_.is_operator("(")) arguments(filter);
  return filter;
}

bool ExpressionParser::is_argument_of_test() const {
  switch (tokens_.now().kind) {
    case TokenKind::kString:
    case TokenKind::kInteger:
    case TokenKind::kFloat:
      return true;
    case TokenKind::kName:
      return std::ranges::none_of(
          std::initializer_list<const char*>{"else", "or", "and", "if", "in",
                                             "not", "is", "recursive"},
          [this](const char* name) { return tokens_.is_name(name); });
    default:
      return tokens_.is_operator("[") || tokens_.is_operator("{");
  }
}

Expression ExpressionParser::test(Expression subject) {
  const bool is_negated = tokens_.skip_name("not");
  std::string name = tokens_.expect_any_name();
  Expression test =
      tree(Kind::kTest, list_with(std::move(subject)), std::move(name));
  if (tokens_.is_operator("(")) {
    arguments(test);
  } else if (is_argument_of_test()) {
    test.parts.push_back(with_suffixes(primary()));
    check_height(test);
  }
  return is_negated ? tree(Kind::kNot, list_with(std::move(test)))
                    : std::move(test);
}

Expression ExpressionParser::filters_of(Expression subject) {
  while (tokens_.skip_operator("|")) subject = filter(std::move(subject));
  return subject;
}

Expression ExpressionParser::first_filter_of(Expression subject) {
  return filters_of(filter(std::move(subject)));
}

}  // namespace pi_ring
