// Finds tags, takes white space beside them away, and cuts what is in them.
#include "model/template/lexer.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/template/budget.h"
#include "model/template/characters.h"

namespace pi_ring {
namespace {

using TokenKind = TemplateToken::Kind;

constexpr std::string_view kOperators[] = {
    "//", "**", "==", "!=", ">=", "<=", "/", "+", "-", "~", "*", "%", "[",
    "]",  "(",  ")",  "{",  "}",  ">",  "<", "=", ".", ":", "|", ","};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_letter(char c) {
  return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

// One kind of line end, and none at the end of the template.
std::string with_plain_line_ends(std::string_view source) {
  std::string text;
  for (size_t i = 0; i < source.size(); ++i) {
    const bool is_return = source[i] == '\r';
    if (is_return && source.substr(i).starts_with("\r\n")) continue;
    text += is_return ? '\n' : source[i];
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

class StringReader {
 public:
  explicit StringReader(std::string_view quoted) : rest_(quoted) {}

  std::string read() {
    std::string text;
    while (!rest_.empty()) {
      if (rest_.front() == '\\' && rest_.size() > 1) {
        rest_.remove_prefix(1);
        text += escape();
      } else {
        text += take();
      }
    }
    return text;
  }

 private:
  char take() {
    const char byte = rest_.front();
    rest_.remove_prefix(1);
    return byte;
  }

  std::string escape() {
    const char letter = take();
    constexpr std::string_view kLetters = "abfnrtv";
    const size_t plain = kLetters.find(letter);
    if (plain != kLetters.npos) return {"\a\b\f\n\r\t\v"[plain]};
    switch (letter) {
      case '\n':
        return "";
      case '\\':
      case '\'':
      case '"':
        return {letter};
      case 'x':
        return utf8_of(digits(2, 2, 16));
      case 'u':
        return utf8_of(digits(4, 4, 16));
      case 'U':
        return utf8_of(digits(8, 8, 16));
      case 'N':
        throw TemplateFault("the escape \\N is not supported");
      default:
        break;
    }
    if (letter < '0' || letter > '7') return {'\\', letter};
    rest_ = {rest_.data() - 1, rest_.size() + 1};
    return utf8_of(digits(1, 3, 8));
  }

  unsigned digits(size_t least, size_t most, unsigned base) {
    unsigned code = 0;
    size_t count = 0;
    for (; count < most && !rest_.empty(); ++count) {
      const unsigned digit = digit_value(rest_.front());
      if (digit >= base) break;
      code = code * base + digit;
      rest_.remove_prefix(1);
    }
    if (count < least) throw TemplateFault("an escape in a text is cut off");
    return code;
  }

  static unsigned digit_value(char c) {
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    return 99;
  }

  std::string_view rest_;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source)
      : text_(with_plain_line_ends(source)), rest_(text_) {}

  std::vector<TemplateToken> lex() {
    try {
      while (!rest_.empty()) text_then_tag();
    } catch (const TemplateFault& fault) {
      throw TemplateFault("line " + std::to_string(line_) + ": " +
                          fault.what());
    }
    add(TokenKind::kEndOfTemplate, "");
    return std::move(tokens_);
  }

 private:
  void add(TokenKind kind, std::string_view text) {
    tokens_.push_back({kind, line_, std::string(text)});
  }

  void skip(size_t size) {
    const auto skipped = rest_.substr(0, size);
    line_ += static_cast<int>(std::ranges::count(skipped, '\n'));
    rest_.remove_prefix(skipped.size());
  }

  void text_then_tag() {
    const size_t tag = find_tag();
    const std::string_view text = rest_.substr(0, tag);
    if (tag == rest_.npos) {
      add(TokenKind::kText, text);
      return skip(text.size());
    }
    const std::string_view opening = rest_.substr(tag, 2);
    add_text_before_tag(text, sign_at(tag + 2), opening == "{{");
    skip(tag + 2);
    if (opening == "{#") return comment();
    if (opening == "{%" && is_raw_tag()) return raw();
    if (sign_at(0) != '\0') skip(1);
    add(TokenKind::kBegin, opening);
    tag_tokens(opening == "{%" ? "%}" : "}}");
  }

  size_t find_tag() const {
    for (size_t at = rest_.find('{'); at != rest_.npos;
         at = rest_.find('{', at + 1)) {
      if (at + 1 < rest_.size() &&
          std::string_view("%{#").find(rest_[at + 1]) != rest_.npos) {
        return at;
      }
    }
    return rest_.npos;
  }

  char sign_at(size_t at) const {
    const char sign = at < rest_.size() ? rest_[at] : '\0';
    return sign == '-' || sign == '+' ? sign : '\0';
  }

  // A tag that is alone at the beginning of its line takes the white space
  // before it, and one with '-' all of it.
  void add_text_before_tag(std::string_view text, char sign, bool prints) {
    if (sign == '-') {
      text.remove_suffix(white_space_at_end(text));
    } else if (sign != '+' && !prints) {
      const size_t line = text.rfind('\n') + 1;
      const auto in_line = text.substr(line);
      if ((line > 0 || starts_line_) &&
          white_space_at_end(in_line) == in_line.size()) {
        text = text.substr(0, line);
      }
    }
    if (!text.empty()) add(TokenKind::kText, text);
  }

  // Takes what ends a tag, and the white space that goes with it.
  void finish_tag(size_t size, char sign, bool takes_line_end) {
    size_t end = size;
    if (sign == '-') {
      end += white_space_at_beginning(rest_.substr(end));
    } else if (sign != '+' && takes_line_end &&
               rest_.substr(end).starts_with('\n')) {
      ++end;
    }
    starts_line_ = end > 0 && rest_[end - 1] == '\n';
    skip(end);
  }

  void comment() {
    const size_t begin = sign_at(0) == '\0' ? 0 : 1;
    const size_t end = rest_.find("#}", begin);
    if (end == rest_.npos) throw TemplateFault("a comment has no end");
    const char sign = end > begin ? sign_at(end - 1) : '\0';
    finish_tag(end + 2, sign, true);
  }

  // The size of "- name -%}" without its signs' white space; 0 where the tag is
  // another one.
  size_t size_of_tag(std::string_view text, std::string_view name) const {
    std::string_view rest = text;
    if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
    rest.remove_prefix(white_space_at_beginning(rest));
    if (!rest.starts_with(name)) return 0;
    rest.remove_prefix(name.size());
    rest.remove_prefix(white_space_at_beginning(rest));
    if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
    if (!rest.starts_with("%}")) return 0;
    return static_cast<size_t>(rest.data() - text.data()) + 2;
  }

  bool is_raw_tag() const { return size_of_tag(rest_, "raw") > 0; }

  void raw() {
    const size_t size = size_of_tag(rest_, "raw");
    finish_tag(size, sign_at(size - 3), false);
    for (size_t at = rest_.find("{%"); at != rest_.npos;
         at = rest_.find("{%", at + 1)) {
      const size_t tag = size_of_tag(rest_.substr(at + 2), "endraw");
      if (tag == 0) continue;
      const size_t end = at + 2 + tag;
      add_text_before_tag(rest_.substr(0, at), sign_at(at + 2), false);
      return finish_tag(end, sign_at(end - 3), true);
    }
    throw TemplateFault("{% raw %} has no {% endraw %}");
  }

  void tag_tokens(std::string_view closing) {
    std::string open;
    while (true) {
      skip(white_space_at_beginning(rest_));
      if (rest_.empty()) {
        throw TemplateFault("a tag has no " + std::string(closing));
      }
      if (open.empty() && ends_tag(closing)) return;
      token(open);
    }
  }

  bool ends_tag(std::string_view closing) {
    char sign = sign_at(0);
    if (sign == '+' && closing == "}}") sign = '\0';
    const size_t begin = sign == '\0' ? 0 : 1;
    if (!rest_.substr(begin).starts_with(closing)) return false;
    add(TokenKind::kEnd, closing);
    finish_tag(begin + 2, sign, closing == "%}");
    return true;
  }

  void token(std::string& open) {
    const char first = rest_.front();
    if (is_digit(first)) return number();
    if (is_name_letter(first)) return name();
    if (first == '"' || first == '\'') return string(first);
    for (const std::string_view each : kOperators) {
      if (!rest_.starts_with(each)) continue;
      balance(open, each.front());
      add(TokenKind::kOperator, each);
      return skip(each.size());
    }
    throw TemplateFault("unexpected " + in_quotes(first_character_of(rest_)));
  }

  static void balance(std::string& open, char bracket) {
    constexpr std::string_view kOpening = "{([";
    constexpr std::string_view kClosing = "})]";
    if (kOpening.find(bracket) != kOpening.npos) open += bracket;
    const size_t kind = kClosing.find(bracket);
    if (kind == kClosing.npos) return;
    if (!open.ends_with(kOpening[kind])) {
      throw TemplateFault(std::string("unexpected '") + bracket + "'");
    }
    open.pop_back();
  }

  size_t count_while(size_t from, bool (*matches)(char)) const {
    size_t size = from;
    while (size < rest_.size() && matches(rest_[size])) ++size;
    return size;
  }

  void name() {
    const size_t size = count_while(0, is_name_letter);
    add(TokenKind::kName, rest_.substr(0, size));
    skip(size);
  }

  // 12, 1_000, 1.5, 1e-3.
  void number() {
    size_t size = count_while(0, is_digit_or_line);
    TokenKind kind = TokenKind::kInteger;
    const auto has_digit = [this](size_t at) {
      return at < rest_.size() && is_digit(rest_[at]);
    };
    if (size < rest_.size() && rest_[size] == '.' && has_digit(size + 1)) {
      kind = TokenKind::kFloat;
      size = count_while(size + 1, is_digit_or_line);
    }
    if (size < rest_.size() && (rest_[size] | 0x20) == 'e') {
      const size_t sign = sign_at(size + 1) == '\0' ? 0 : 1;
      if (has_digit(size + 1 + sign)) {
        kind = TokenKind::kFloat;
        size = count_while(size + 1 + sign, is_digit_or_line);
      }
    }
    std::string text(rest_.substr(0, size));
    std::erase(text, '_');
    if (kind == TokenKind::kInteger && size < rest_.size() &&
        is_name_letter(rest_[size])) {
      throw TemplateFault("unexpected number " +
                          in_quotes(rest_.substr(0, size + 1)));
    }
    add(kind, text);
    skip(size);
  }

  static bool is_digit_or_line(char c) { return is_digit(c) || c == '_'; }

  void string(char quote) {
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != quote) {
      end += rest_[end] == '\\' ? 2 : 1;
    }
    if (end >= rest_.size()) throw TemplateFault("a text has no end");
    add(TokenKind::kString, StringReader(rest_.substr(1, end - 1)).read());
    skip(end + 1);
  }

  std::string text_;
  std::string_view rest_;
  std::vector<TemplateToken> tokens_;
  int line_ = 1;
  bool starts_line_ = true;  // the tag before took the end of its line
};

}  // namespace

std::vector<TemplateToken> lex_template(std::string_view source) {
  if (source.size() > kLongestTemplate) {
    throw TemplateFault("is longer than " + grouped(kLongestTemplate) +
                        " bytes");
  }
  if (find_invalid_utf8(source) != source.npos) {
    throw TemplateFault("is not UTF-8");
  }
  return Lexer(source).lex();
}

}  // namespace pi_ring
