// Sends tokens again as they were sent first: the prompt in chunks, the others
// one by one, since the sums of a chunk differ in their last bits.
#include "userspace/ring/text/replay.h"

namespace pi_ring {

std::span<const float> Replay::begin(std::span<const int> prompt) {
  tokens_.assign(prompt.begin(), prompt.end());
  prompt_ = tokens_.size();
  try {
    return head_.forward(tokens_, 0);
  } catch (const RingBroken& error) {
    return send_all_again(error.what());
  }
}

std::span<const float> Replay::add(int token) {
  tokens_.push_back(token);
  try {
    return head_.forward(std::span(tokens_).last(1),
                         static_cast<int>(tokens_.size()) - 1);
  } catch (const RingBroken& error) {
    return send_all_again(error.what());
  }
}

std::span<const float> Replay::send_all_again(std::string broken_by) {
  for (;;) {
    try {
      const std::string later = head_.greet();
      if (!later.empty()) broken_by = later;
      std::span<const float> logits =
          head_.forward(std::span(tokens_).first(prompt_), 0);
      if (tokens_.size() > prompt_) {
        logits = head_.forward(std::span(tokens_).subspan(prompt_),
                               static_cast<int>(prompt_), 1);
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
