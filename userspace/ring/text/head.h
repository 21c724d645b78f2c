// The head of a ring: it holds both ends of the model, sends activations to
// rank 0 and receives them from the last rank.
#pragma once

#include <cstdint>
#include <span>
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

class Head {
 public:
  // options.rank is ranks - 1. The links lead to the neighbours; both are null
  // where it is the only rank. The weights and the links must outlive the head.
  Head(const RankOptions& options, const Weights& weights, Link* up,
       Link* down);

  // Greets the ring, again each time it breaks, and waits until every rank has
  // loaded its shard. Returns what last broke the ring meanwhile; empty:
  // nothing. Throws RingError where a rank cannot load, or holds another
  // model's shard.
  std::string greet();

  // Sends tokens from `position` on through the ring, up to `rows` at a time.
  // Returns the logits after the last, valid until the next call. Throws
  // RingBroken.
  std::span<const float> forward(std::span<const int> tokens, int position,
                                 size_t rows = kChunkRows);

  // Returns the figures of all ranks since the greeting, the head's last.
  std::vector<RankStats> stats();

  int ranks() const { return options_.ranks; }
  const ModelConfig& config() const { return weights_.config(); }

 private:
  Deadline soon() const;
  bool is_alone() const { return options_.ranks == 1; }
  void choose_processor(size_t tokens);
  void send_chunk(std::span<const int> tokens, int position, bool is_last);
  void receive_answer(Kind sent);
  void compute_alone(std::span<const int> tokens, int position);
  void send(const Header& header, std::span<const std::byte> payload);
  std::vector<std::byte> receive_rest(const Header& header);
  template <typename Work>
  auto over_link(Work work);
  Header next_answer(Kind expected);

  RankOptions options_;
  Link* up_;
  Link* down_;
  Pool pool_;
  const Weights& weights_;
  Embedding embedding_;
  Stage stage_;  // its own layers: all of them where it is the only rank
  Classifier classifier_;
  FloatBuffer x_;     // [kChunkRows, dim]
  FloatBuffer last_;  // [dim]: the last row that was received
  FloatBuffer logits_;
  RowPacker packer_;
  RankStats stats_;
  HopMeter hop_;
  uint32_t greetings_ = 0;  // sent so far
  uint32_t sequence_ = 0;   // of the next message
  uint32_t answered_ = 0;   // of the next answer
  TextCache cache_;         // of its own layers
};

}  // namespace pi_ring
