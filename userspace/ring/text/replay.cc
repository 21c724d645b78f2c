// Sends tokens again as they were sent first: a prompt in chunks, the others
// one by one, since the sums of a chunk differ in their last bits.
#include "userspace/ring/text/replay.h"

#include <algorithm>

namespace pi_ring {

std::span<const float> Replay::begin(std::span<const int> prompt) {
  tokens_.clear();
  segments_.clear();
  return resume(prompt);
}

std::span<const float> Replay::resume(std::span<const int> prompt) {
  const auto differ = std::ranges::mismatch(tokens_, prompt);
  // The last token is sent again in any case, for the logits after it.
  const auto same = static_cast<size_t>(differ.in2 - prompt.begin());
  keep(std::min(same, prompt.size() - 1));
  kept_ = tokens_.size();
  tokens_.assign(prompt.begin(), prompt.end());
  return send({.tokens = prompt.size() - kept_, .rows = kChunkRows});
}

std::span<const float> Replay::add(int token) {
  tokens_.push_back(token);
  return send({.tokens = 1, .rows = 1});
}

// Forgets all but the first `most` tokens, and those before them that were in
// one chunk with others. So each chunk is the same when it is sent again.
void Replay::keep(size_t most) {
  size_t kept = 0;
  std::vector<Segment> segments;
  for (const Segment& segment : segments_) {
    const size_t left = std::min(segment.tokens, most - kept);
    const size_t whole =
        left == segment.tokens ? left : left / segment.rows * segment.rows;
    if (whole > 0) segments.push_back({whole, segment.rows});
    kept += whole;
    if (whole < segment.tokens) break;
  }
  segments_ = std::move(segments);
  tokens_.resize(kept);
}

// Sends the last tokens, which are the segment's.
std::span<const float> Replay::send(Segment segment) {
  const bool joins =
      !segments_.empty() && segment.rows == 1 && segments_.back().rows == 1;
  if (joins) {
    segments_.back().tokens += segment.tokens;
  } else {
    segments_.push_back(segment);
  }
  try {
    return head_.forward(std::span(tokens_).last(segment.tokens),
                         static_cast<int>(tokens_.size() - segment.tokens),
                         segment.rows);
  } catch (const RingBroken& error) {
    return send_all_again(error.what());
  }
}

std::span<const float> Replay::send_all_again(std::string broken_by) {
  for (;;) {
    try {
      const std::string later = head_.greet();
      if (!later.empty()) broken_by = later;
      std::span<const float> logits;
      size_t sent = 0;
      for (const Segment& segment : segments_) {
        logits = head_.forward(std::span(tokens_).subspan(sent, segment.tokens),
                               static_cast<int>(sent), segment.rows);
        sent += segment.tokens;
      }
      log_(broken_by + "; the ring works again, and its ranks have computed " +
           std::to_string(tokens_.size()) + " tokens again");
      return logits;
    } catch (const RingBroken& error) {
      broken_by = error.what();
    }
  }
}

}  // namespace pi_ring
