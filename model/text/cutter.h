// Cuts a normalised text into parts that no token spans.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/text/pattern.h"
#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// What PCRE2 is to match at each digit.
inline constexpr const char* kDigitPattern = R"(\p{N})";

struct TextParts {
  std::vector<std::string_view> views;
  std::deque<std::string> changed;  // what views of changed parts point to
};

class Cutter {
 public:
  // Throws BadInput if a step's pattern is wrong.
  explicit Cutter(const std::vector<CutStep>& steps);

  // Where a part is in the whole text.
  enum class Place {
    kBeginning,
    kAfterAToken,  // after one that was found in the text
    kWithin,       // after text that is cut elsewhere
  };

  // The text must be UTF-8, and outlive the parts.
  TextParts cut(std::string_view text, Place place) const;

  // Whether every step is known to cut before a space between two ASCII
  // letters, and to cut the text on both sides as if it were alone.
  bool cuts_between_letters() const { return cuts_between_letters_; }

 private:
  struct Step {
    CutStep step;
    std::optional<Pattern> pattern;
  };

  std::vector<Step> steps_;
  bool cuts_between_letters_ = false;
};

}  // namespace pi_ring
