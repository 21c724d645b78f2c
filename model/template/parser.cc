#include "model/template/parser.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "model/template/budget.h"
#include "model/template/expression_parser.h"
#include "model/template/token_reader.h"

namespace pi_ring {
namespace {

using TokenKind = TemplateToken::Kind;

class StatementParser {
 public:
  explicit StatementParser(std::string_view source)
      : tokens_(lex_template(source)), expressions_(tokens_) {}

  Statements parse() { return statements({}); }

 private:
  using Ends = std::initializer_list<const char*>;

  // Reads up to a tag of one of these names, of which the beginning is taken.
  Statements statements(Ends ends) {
    if (++depth_ > kDeepestTemplate) {
      tokens_.fail("blocks nest deeper than " +
                   std::to_string(kDeepestTemplate));
    }
    Statements block;
    while (!tokens_.is(TokenKind::kEndOfTemplate)) {
      const TemplateToken token = tokens_.take();
      if (token.kind == TokenKind::kText) {
        block.push_back({.kind = Statement::Kind::kText,
                         .line = token.line,
                         .text = {token.text, Origin::kTemplate}});
      } else if (token.text == "{{") {
        block.push_back(print());
      } else if (is_one_of(ends)) {
        break;
      } else {
        statement(block);
      }
    }
    --depth_;
    if (ends.size() > 0 && tokens_.is(TokenKind::kEndOfTemplate)) {
      tokens_.fail("the template ends before {% " +
                   std::string(*(ends.end() - 1)) + " %}");
    }
    return block;
  }

  bool is_one_of(Ends names) const {
    return std::ranges::any_of(
        names, [this](const char* name) { return tokens_.is_name(name); });
  }

  Statement begun(Statement::Kind kind) const {
    return {.kind = kind, .line = tokens_.line()};
  }

  Statement print() {
    Statement statement = begun(Statement::Kind::kPrint);
    statement.expressions.push_back(expressions_.tuple());
    tokens_.expect_end();
    return statement;
  }

  void statement(Statements& block) {
    const std::string name =
        tokens_.is(TokenKind::kName) ? tokens_.now().text : "";
    if (name == "if") return block.push_back(choice());
    if (name == "for") return block.push_back(loop());
    if (name == "set") return block.push_back(assignment());
    if (name == "filter") return block.push_back(filtered());
    if (name == "macro") return block.push_back(macro());
    if (name == "break") {
      return block.push_back(jump(Statement::Kind::kBreak));
    }
    if (name == "continue") {
      return block.push_back(jump(Statement::Kind::kContinue));
    }
    if (name == "generation") return marked_answer(block);
    refuse(name);
  }

  [[noreturn]] void refuse(const std::string& name) const {
    constexpr std::array kOthers = {"autoescape", "block", "call",   "do",
                                    "extends",    "from",  "import", "include",
                                    "trans",      "with"};
    if (std::ranges::find(kOthers, name) != kOthers.end()) {
      tokens_.fail("{% " + name + " %} is not supported");
    }
    tokens_.fail_unexpected();
  }

  // {% generation %} marks what a training learns; it changes no text.
  void marked_answer(Statements& block) {
    tokens_.take();
    tokens_.expect_end();
    Statements body = statements({"endgeneration"});
    finish("endgeneration");
    std::ranges::move(body, std::back_inserter(block));
  }

  void finish(const char* name) {
    tokens_.expect_name(name);
    tokens_.expect_end();
  }

  Statement choice() {
    Statement statement = begun(Statement::Kind::kIf);
    do {
      tokens_.take();  // if, elif
      statement.expressions.push_back(expressions_.tuple());
      tokens_.expect_end();
      statement.blocks.push_back(statements({"elif", "else", "endif"}));
    } while (tokens_.is_name("elif"));
    if (tokens_.skip_name("else")) {
      tokens_.expect_end();
      statement.blocks.push_back(statements({"endif"}));
    }
    finish("endif");
    return statement;
  }

  Statement loop() {
    Statement statement = begun(Statement::Kind::kFor);
    tokens_.take();
    statement.target = target();
    if (!statement.target.attribute.empty()) tokens_.fail_unexpected();
    tokens_.expect_name("in");
    statement.expressions.push_back(expressions_.iterated());
    if (tokens_.skip_name("if")) {
      statement.expressions.push_back(expressions_.expression());
    }
    if (tokens_.is_name("recursive")) {
      tokens_.fail("a recursive loop is not supported");
    }
    tokens_.expect_end();
    ++loops_;
    statement.blocks.push_back(statements({"else", "endfor"}));
    --loops_;
    if (tokens_.skip_name("else")) {
      tokens_.expect_end();
      statement.blocks.push_back(statements({"endfor"}));
    }
    finish("endfor");
    return statement;
  }

  Statement jump(Statement::Kind kind) {
    Statement statement = begun(kind);
    if (loops_ == 0) {
      tokens_.fail("{% " + tokens_.now().text + " %} is in no loop");
    }
    tokens_.take();
    tokens_.expect_end();
    return statement;
  }

  std::string name_to_set() {
    constexpr std::array kConstants = {"true",  "True", "false",
                                       "False", "none", "None"};
    if (std::ranges::find(kConstants, tokens_.now().text) != kConstants.end()) {
      tokens_.fail_unexpected();
    }
    return tokens_.expect_any_name();
  }

  // "a", "a.b", "a, b" or "(a, b)".
  Target target() {
    Target target;
    const bool has_brackets = tokens_.skip_operator("(");
    target.names.push_back(name_to_set());
    if (tokens_.skip_operator(".")) {
      target.attribute = tokens_.expect_any_name();
    }
    while (target.attribute.empty() && tokens_.skip_operator(",")) {
      target.is_tuple = true;
      if (!tokens_.is(TokenKind::kName) || tokens_.is_name("in")) break;
      target.names.push_back(name_to_set());
    }
    if (has_brackets) tokens_.expect_operator(")");
    return target;
  }

  Statement assignment() {
    Statement statement = begun(Statement::Kind::kSet);
    tokens_.take();
    statement.target = target();
    if (tokens_.skip_operator("=")) {
      statement.expressions.push_back(expressions_.tuple());
      tokens_.expect_end();
      return statement;
    }
    statement.kind = Statement::Kind::kSetBlock;
    if (tokens_.is_operator("|")) {
      statement.expressions.push_back(expressions_.filters_of(body_so_far()));
    }
    tokens_.expect_end();
    statement.blocks.push_back(statements({"endset"}));
    finish("endset");
    return statement;
  }

  // What the filters of a block work on: the evaluator puts the block's text
  // there. It has no name that a template could say.
  static Expression body_so_far() {
    return {.kind = Expression::Kind::kName, .name = ""};
  }

  Statement filtered() {
    Statement statement = begun(Statement::Kind::kFilter);
    tokens_.take();
    statement.expressions.push_back(
        expressions_.first_filter_of(body_so_far()));
    tokens_.expect_end();
    statement.blocks.push_back(statements({"endfilter"}));
    finish("endfilter");
    return statement;
  }

  Statement macro() {
    Statement statement = begun(Statement::Kind::kMacro);
    tokens_.take();
    if (loops_ > 0 || is_in_macro_) {
      tokens_.fail("a macro within a loop or a macro is not supported");
    }
    Macro macro;
    macro.name = name_to_set();
    parameters(macro);
    tokens_.expect_end();
    is_in_macro_ = true;
    macro.body = statements({"endmacro"});
    is_in_macro_ = false;
    tokens_.expect_name("endmacro");
    if (tokens_.is(TokenKind::kName)) tokens_.expect_name(macro.name);
    tokens_.expect_end();
    statement.macro.push_back(std::move(macro));
    return statement;
  }

  void parameters(Macro& macro) {
    tokens_.expect_operator("(");
    while (!tokens_.is_operator(")")) {
      if (!macro.parameters.empty()) tokens_.expect_operator(",");
      if (tokens_.is_operator(")")) break;
      std::string name = name_to_set();
      const bool has_default = tokens_.skip_operator("=");
      macro.has_default.push_back(has_default);
      macro.parameters.emplace_back(
          std::move(name),
          has_default ? expressions_.expression() : Expression{});
    }
    tokens_.take();
  }

  TokenReader tokens_;
  ExpressionParser expressions_;
  int depth_ = 0;
  int loops_ = 0;
  bool is_in_macro_ = false;
};

}  // namespace

Statements parse_template(std::string_view source) {
  return StatementParser(source).parse();
}

}  // namespace pi_ring
