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

  // Begins a text with the tokens of a prompt; begins one, and sends only what
  // follows those tokens at its beginning that the ring has in its caches; adds
  // one more token. All return the logits after the last token, bit for bit
  // those of a ring that never breaks.
  std::span<const float> begin(std::span<const int> prompt);
  std::span<const float> resume(std::span<const int> prompt);
  std::span<const float> add(int token);

  const Head& head() const { return head_; }
  // How many tokens the ring has, and how many of them the last resume() did
  // not send.
  size_t size() const { return tokens_.size(); }
  size_t kept() const { return kept_; }

 private:
  // Tokens that were sent together: in chunks, or one by one.
  struct Segment {
    size_t tokens;
    size_t rows;  // of a chunk
  };

  void keep(size_t most);
  std::span<const float> send(Segment segment);
  std::span<const float> send_all_again(std::string broken_by);

  Head& head_;
  Log log_;
  std::vector<int> tokens_;
  std::vector<Segment> segments_;
  size_t kept_ = 0;
};

}  // namespace pi_ring
