// A text on a ring that may lose it: keeps the tokens, and where the ring
// breaks, greets it again and sends them again.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "userspace/ring/text/head.h"

namespace pi_ring {

class Replay {
 public:
  // Receives one line, what broke the ring, once the ring works again.
  using Log = std::function<void(const std::string&)>;

  Replay(Head& head, Log log) : head_(head), log_(std::move(log)) {}

  // Begins a text with the tokens of a prompt; adds one more token. Both return
  // the logits after the last token, bit for bit those of a ring that never
  // breaks.
  std::span<const float> begin(std::span<const int> prompt);
  std::span<const float> add(int token);

 private:
  std::span<const float> send_all_again(std::string broken_by);

  Head& head_;
  Log log_;
  std::vector<int> tokens_;
  size_t prompt_ = 0;  // how many of them are the prompt's
};

}  // namespace pi_ring
