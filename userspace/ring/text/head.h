// The head of a ring: holds the two ends of the model, sends activations to
// rank 0 and takes them back from the last rank.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/folder/weights.h"
#include "model/layers/classifier.h"
#include "model/layers/embedding.h"
#include "model/layers/stage.h"
#include "userspace/link/link.h"
#include "userspace/ring/message/message.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/message/stats.h"

namespace pi_ring {

// A rank started anew, or lost what was sent to it: the ring has to be greeted
// again, and what it was told be told once more.
class RingBroken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Head {
 public:
  // options.rank is ranks - 1. The links are those to the neighbours, and must
  // outlive the head; both are null where it is alone.
  Head(const RankOptions& options, Link* up, Link* down);

  // How long the last wait for an answer was to last at most.
  std::chrono::milliseconds patience() const { return patience_; }

  // Greets the ring, as often as it breaks, and waits until every rank has
  // loaded its shard. Throws RingError where one cannot, or holds something
  // else.
  void greet();

  // Takes tokens at `position` on through the ring, so many at a time: the
  // logits after the last, valid until the next call. Throws RingBroken.
  std::span<const float> forward(std::span<const int> tokens, int position,
                                 size_t rows = kChunkRows);

  // What the ring was last broken by.
  const std::string& last_break() const { return last_break_; }

  // The ranks' figures since the greeting, the head's last.
  std::vector<RankStats> stats();

  int ranks() const { return options_.ranks; }
  const ModelConfig& config() const { return weights_.config(); }

 private:
  Deadline soon() const;
  bool is_alone() const { return options_.ranks == 1; }
  void take_place(size_t tokens);
  void send_chunk(std::span<const int> tokens, int position, bool is_last);
  void receive_answer(Kind sent);
  void compute_alone(std::span<const int> tokens, int position);
  bool comes_back(uint32_t greeting, Deadline begin, Deadline end);
  void send(const Header& header, std::span<const std::byte> payload);
  Header next_header(Deadline begin, Deadline end);
  std::vector<std::byte> receive_rest(const Header& header);
  [[noreturn]] void throw_broken(const std::string& what);
  template <typename Work>
  auto over_link(Work work);
  Header next_answer(Kind expected);

  RankOptions options_;
  Link* up_;
  Link* down_;
  Pool pool_;
  Weights weights_;
  Embedding embedding_;
  Stage stage_;  // its own layers: all, where it is alone
  Classifier classifier_;
  FloatBuffer x_;     // [kChunkRows, dim]
  FloatBuffer last_;  // [dim]: the last row that came back
  FloatBuffer logits_;
  RowPacker packer_;
  RankStats stats_;
  HopMeter hop_;
  std::chrono::milliseconds patience_;
  std::string last_break_;
  uint32_t greetings_ = 0;
  uint32_t sequence_ = 0;
  int positions_ = 0;
};

}  // namespace pi_ring
