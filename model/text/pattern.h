// Regular expressions, as tokenizers of Hugging Face have them. Only this file
// knows PCRE2.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

struct PatternMatch {
  size_t begin = 0;
  size_t end = 0;
};

class Pattern {
 public:
  enum class Origin {
    kOurs,  // is known to match fast
    kFile,  // may be hostile: its steps are counted and limited
  };

  // Throws BadInput if the expression is wrong, or has something that
  // Hugging Face's library understands otherwise than PCRE2.
  Pattern(const std::string& expression, Origin origin);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  // All matches, from the left; those of no length too, unless they are at the
  // end of the one before. The text must be UTF-8. Throws BadInput if the
  // search takes too many steps.
  std::vector<PatternMatch> find_all(std::string_view text) const;

 private:
  class Search;
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

// The expression in PCRE2's syntax. What differs in Oniguruma, which Hugging
// Face's library uses, is translated or refused by BadInput.
std::string translated_pattern(std::string_view expression);

// An expression that matches this text.
std::string quoted_pattern(std::string_view text);

}  // namespace pi_ring
