// A rank at a text: it receives activations from the previous rank, runs its
// layers on them, and sends them to the next.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "model/folder/weights.h"
#include "model/layers/stage.h"
#include "model/math/pool.h"
#include "userspace/link/link.h"
#include "userspace/ring/message/message.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/message/stats.h"

namespace pi_ring {

class TextRank {
 public:
  // Loads its layers. The weights and the links outlive it.
  TextRank(const RankOptions& options, const Weights& weights, Link& up,
           Link& down);

  // Waits for the next message from the previous rank.
  Header next_header();

  // Does what the message asks. Its payload has not been received yet. Throws
  // LinkError, RingError, BadInput.
  void handle(const Header& header);

  // Drops the text after a message was lost: its further messages are ignored
  // until the next greeting.
  void drop_text() { greeted_ = false; }
  bool is_greeted() const { return greeted_; }

  // Sends a message of text down the ring to the head.
  void report(Kind kind, const std::string& text);

  const Weights& weights() const { return weights_; }

 private:
  Deadline soon() const;
  void greet(const Header& header);
  void check(const Header& header) const;
  uint32_t rows_to_pass(const Header& header) const;
  void forward(const Header& header);
  void add_stats(const Header& header);
  void pass(const Header& header, std::span<const std::byte> payload);

  const RankOptions& options_;
  Link& up_;
  Link& down_;
  Pool pool_;
  const Weights& weights_;
  Stage stage_;
  FloatBuffer x_;  // [kChunkRows, dim]
  RowPacker packer_;
  RankStats stats_;
  HopMeter hop_;
  bool greeted_ = false;
  uint32_t sequence_ = 0;
  TextCache cache_;  // of the text since the greeting
};

// Serves one run until the links close, which is its normal end, and returns
// the exit status. An error here is sent to the head, which reports it to the
// user.
int run_text_rank(const RankOptions& options, const Weights& weights, Link& up,
                  Link& down);

}  // namespace pi_ring
