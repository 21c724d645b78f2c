#include "model/template/token_reader.h"

#include <algorithm>

#include "model/base/wording.h"
#include "model/template/budget.h"

namespace pi_ring {
namespace {

using TokenKind = TemplateToken::Kind;

}  // namespace

const TemplateToken& TokenReader::after(size_t further) const {
  return tokens_[std::min(at_ + further, tokens_.size() - 1)];
}

TemplateToken TokenReader::take() {
  TemplateToken token = now();
  if (token.kind != TokenKind::kEndOfTemplate) ++at_;
  return token;
}

bool TokenReader::is_name(std::string_view name) const {
  return is(TokenKind::kName) && now().text == name;
}

bool TokenReader::is_operator(std::string_view text) const {
  return is(TokenKind::kOperator) && now().text == text;
}

bool TokenReader::skip_name(std::string_view name) {
  if (!is_name(name)) return false;
  take();
  return true;
}

bool TokenReader::skip_operator(std::string_view text) {
  if (!is_operator(text)) return false;
  take();
  return true;
}

void TokenReader::expect_name(std::string_view name) {
  if (!skip_name(name)) fail_unexpected();
}

void TokenReader::expect_operator(std::string_view text) {
  if (!skip_operator(text)) fail_unexpected();
}

std::string TokenReader::expect_any_name() {
  if (!is(TokenKind::kName)) fail_unexpected();
  return take().text;
}

void TokenReader::expect_end() {
  if (!is(TokenKind::kEnd)) fail_unexpected();
  take();
}

void TokenReader::fail(const std::string& what) const {
  throw TemplateFault(at_line(line(), what));
}

void TokenReader::fail_unexpected() const {
  if (is(TokenKind::kEndOfTemplate)) fail("the template ends too early");
  fail("unexpected " + in_quotes(now().text));
}

std::string at_line(int line, const std::string& what) {
  return "line " + std::to_string(line) + ": " + what;
}

}  // namespace pi_ring
