// A text on a ring that may lose it: remembers its tokens, and where the ring
// breaks greets it again and tells them once more.
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
  // Is told, in a line, what broke the ring, once it has closed again.
  using Log = std::function<void(const std::string&)>;

  Replay(Head& head, Log log) : head_(head), log_(std::move(log)) {}

  // The logits after the text, whose first tokens these are; and after these
  // further ones. Bit for bit what a ring that never breaks would give.
  std::span<const float> begin(std::span<const int> prompt);
  std::span<const float> add(int token);

 private:
  std::span<const float> tell_all();

  Head& head_;
  Log log_;
  std::vector<int> tokens_;
  size_t prompt_ = 0;  // the first of them, which were told at once
};

}  // namespace pi_ring
