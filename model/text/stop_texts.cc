// Keeps back what may be the beginning of a stop text.
#include "model/text/stop_texts.h"

#include <algorithm>
#include <utility>

namespace pi_ring {

StopTexts::StopTexts(std::vector<std::string> texts)
    : texts_(std::move(texts)) {
  std::erase_if(texts_, [](const std::string& text) { return text.empty(); });
}

std::string StopTexts::next(std::string_view piece) {
  if (has_come_) return {};
  pending_ += piece;
  const size_t stop = first_stop();
  has_come_ = stop != std::string::npos;
  const size_t length = has_come_ ? stop : begun_stop();
  std::string text = pending_.substr(0, length);
  pending_.erase(0, length);
  return text;
}

std::string StopTexts::finish() {
  return has_come_ ? std::string() : std::exchange(pending_, {});
}

// Where the first whole stop text begins, or npos.
size_t StopTexts::first_stop() const {
  size_t first = std::string::npos;
  for (const std::string& text : texts_) {
    first = std::min(first, pending_.find(text));
  }
  return first;
}

// Where the longest end begins that a stop text begins with.
size_t StopTexts::begun_stop() const {
  size_t longest = 0;
  for (const std::string& text : texts_) {
    size_t length = std::min(text.size() - 1, pending_.size());
    while (length > longest &&
           !pending_.ends_with(std::string_view(text).substr(0, length))) {
      --length;
    }
    longest = std::max(longest, length);
  }
  return pending_.size() - longest;
}

}  // namespace pi_ring
