// Keeps runs that touch and have one origin together.
#include "model/template/marked_text.h"

#include <algorithm>
#include <utility>

namespace pi_ring {

MarkedText::MarkedText(std::string bytes, Origin origin)
    : bytes_(std::move(bytes)) {
  extend(bytes_.size(), origin);
}

void MarkedText::extend(size_t end, Origin origin) {
  if (end == (runs_.empty() ? 0 : runs_.back().end)) return;
  if (!runs_.empty() && runs_.back().origin == origin) {
    runs_.back().end = end;
  } else {
    runs_.push_back({end, origin});
  }
}

void MarkedText::append(std::string_view bytes, Origin origin) {
  bytes_ += bytes;
  extend(bytes_.size(), origin);
}

void MarkedText::append(const MarkedText& text) {
  const size_t before = bytes_.size();
  bytes_ += text.bytes_;
  for (const Run& run : text.runs_) extend(before + run.end, run.origin);
}

MarkedText MarkedText::part(size_t begin, size_t size) const {
  const size_t end = begin + std::min(size, bytes_.size() - begin);
  MarkedText result;
  result.bytes_ = bytes_.substr(begin, end - begin);
  auto run = std::ranges::upper_bound(runs_, begin, {}, &Run::end);
  for (; run != runs_.end(); ++run) {
    result.extend(std::min(run->end, end) - begin, run->origin);
    if (run->end >= end) break;
  }
  return result;
}

MarkedText MarkedText::with_bytes(std::string bytes) const {
  MarkedText result = *this;
  result.bytes_ = std::move(bytes);
  return result;
}

}  // namespace pi_ring
