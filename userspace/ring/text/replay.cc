// Tokens are told as they were the first time: a prompt in chunks, the others
// one by one, since the sums of a chunk differ in their last bits.
#include "userspace/ring/text/replay.h"

namespace pi_ring {

std::span<const float> Replay::begin(std::span<const int> prompt) {
  tokens_.assign(prompt.begin(), prompt.end());
  prompt_ = tokens_.size();
  try {
    return head_.forward(tokens_, 0);
  } catch (const RingBroken&) {
    return tell_all();
  }
}

std::span<const float> Replay::add(int token) {
  tokens_.push_back(token);
  try {
    return head_.forward(std::span(tokens_).last(1),
                         static_cast<int>(tokens_.size()) - 1);
  } catch (const RingBroken&) {
    return tell_all();
  }
}

std::span<const float> Replay::tell_all() {
  for (;;) {
    try {
      head_.greet();
      std::span<const float> logits =
          head_.forward(std::span(tokens_).first(prompt_), 0);
      if (tokens_.size() > prompt_) {
        logits = head_.forward(std::span(tokens_).subspan(prompt_),
                               static_cast<int>(prompt_), 1);
      }
      log_(head_.last_break() +
           "; the ring is closed again, and has been told " +
           std::to_string(tokens_.size()) + " tokens anew");
      return logits;
    } catch (const RingBroken&) {
      // Once more, then.
    }
  }
}

}  // namespace pi_ring
