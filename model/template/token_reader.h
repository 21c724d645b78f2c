// Goes through the tokens of a template, one after the other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/template/lexer.h"

namespace pi_ring {

class TokenReader {
 public:
  explicit TokenReader(std::vector<TemplateToken> tokens)
      : tokens_(std::move(tokens)) {}

  const TemplateToken& now() const { return tokens_[at_]; }
  const TemplateToken& after(size_t further) const;
  TemplateToken take();

  bool is(TemplateToken::Kind kind) const { return now().kind == kind; }
  bool is_name(std::string_view name) const;
  bool is_operator(std::string_view text) const;
  // Take the token where it is this one.
  bool skip_name(std::string_view name);
  bool skip_operator(std::string_view text);
  // Throw TemplateFault where it is another one.
  void expect_name(std::string_view name);
  void expect_operator(std::string_view text);
  std::string expect_any_name();
  void expect_end();

  int line() const { return now().line; }
  // Throws TemplateFault with the line.
  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void fail_unexpected() const;

 private:
  std::vector<TemplateToken> tokens_;
  size_t at_ = 0;
};

// "line 3: what".
std::string at_line(int line, const std::string& what);

}  // namespace pi_ring
