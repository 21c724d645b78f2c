// Translates Oniguruma's syntax, in which tokenizers write their patterns, to
// PCRE2's.
#include <algorithm>
#include <array>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/wording.h"
#include "model/text/pattern.h"

namespace pi_ring {
namespace {

// Unicode's white space. PCRE2's \s has U+180E as well.
constexpr std::string_view kSpaceClass =
    R"(\t-\r\x{20}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029})"
    R"(\x{202F}\x{205F}\x{3000})";

constexpr std::string_view kSameEscapes = "pPdDrntfx";
constexpr std::array<std::string_view, 8> kGroups = {
    "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?i)"};
constexpr size_t kCodeDigits = 4;  // of \u00A0

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

class SyntaxTranslator {
 public:
  explicit SyntaxTranslator(std::string_view expression)
      : whole_(expression), rest_(expression) {}

  std::string translate() {
    while (!rest_.empty()) {
      if (rest_.front() == '\\') {
        translate_escape();
      } else if (is_in_class_) {
        translate_in_class();
      } else {
        translate_outside();
      }
    }
    return std::move(out_);
  }

 private:
  void copy(size_t bytes) {
    out_ += rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
  }

  [[noreturn]] void refuse(std::string_view what) const {
    throw BadInput("the pattern " + in_quotes(whole_) + " has " +
                   in_quotes(what) + ", which is not supported");
  }

  void translate_escape() {
    if (rest_.size() < 2) refuse(rest_);
    const char kind = rest_[1];
    if (kind == 's' || kind == 'S') {
      translate_space(kind);
    } else if (kind == 'u') {
      translate_code();
    } else if (!is_letter_or_digit(kind) ||
               kSameEscapes.find(kind) != kSameEscapes.npos) {
      copy_escape();
    } else {
      refuse(rest_.substr(0, 2));
    }
  }

  // With what is in braces, as in \p{L}.
  void copy_escape() {
    const bool has_braces =
        is_letter_or_digit(rest_[1]) && rest_.size() > 2 && rest_[2] == '{';
    const size_t end = has_braces ? rest_.find('}') : 1;
    if (end == rest_.npos) refuse(rest_);
    copy(end + 1);
  }

  void translate_space(char kind) {
    if (is_in_class_ && kind == 'S') refuse("\\S in a class");
    const std::string space(kSpaceClass);
    out_ += is_in_class_  ? space
            : kind == 's' ? "[" + space + "]"
                          : "[^" + space + "]";
    rest_.remove_prefix(2);
  }

  void translate_code() {
    if (rest_.size() < 2 + kCodeDigits) refuse(rest_);
    const std::string digits(rest_.substr(2, kCodeDigits));
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos) {
      refuse(rest_.substr(0, 2 + kCodeDigits));
    }
    out_ += "\\x{" + digits + "}";
    rest_.remove_prefix(2 + kCodeDigits);
  }

  // A class in a class, and && for what two have in common, mean something
  // else to PCRE2.
  void translate_in_class() {
    if (rest_.front() == '[') refuse("[ in a class");
    if (rest_.starts_with("&&")) refuse("&&");
    if (rest_.front() == ']') is_in_class_ = false;
    copy(1);
  }

  void translate_outside() {
    if (rest_.front() == '[') {
      begin_class();
    } else if (rest_.starts_with("(?") || rest_.starts_with("(*")) {
      translate_group();
    } else if (rest_.starts_with("}+") || rest_.starts_with("{,")) {
      refuse(rest_.substr(0, 2));
    } else {
      copy(1);
    }
  }

  void begin_class() {
    copy(1);
    if (rest_.starts_with('^')) copy(1);
    if (rest_.starts_with(']')) refuse("] at the beginning of a class");
    is_in_class_ = true;
  }

  void translate_group() {
    const auto* group = std::ranges::find_if(
        kGroups, [this](auto known) { return rest_.starts_with(known); });
    if (group == kGroups.end()) refuse(rest_.substr(0, 4));
    copy(group->size());
  }

  std::string_view whole_;
  std::string_view rest_;
  bool is_in_class_ = false;
  std::string out_;
};

}  // namespace

std::string translated_pattern(std::string_view expression) {
  return SyntaxTranslator(expression).translate();
}

std::string quoted_pattern(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    const bool is_plain = is_letter_or_digit(c) || (c & 0x80) != 0;
    if (c == '\n') {
      quoted += "\\n";
    } else if (is_plain || static_cast<unsigned char>(c) < ' ') {
      quoted += c;
    } else {
      quoted += {'\\', c};
    }
  }
  return quoted;
}

}  // namespace pi_ring
