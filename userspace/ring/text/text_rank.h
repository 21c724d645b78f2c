// What a rank does for a text: takes activations from the rank before, runs its
// layers, hands them to the next.
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
  // Loads its layers. The links outlive it.
  TextRank(const RankOptions& options, Link& up, Link& down);

  // Waits for the next message from above.
  Header next_header();

  // Does what the message asks; its payload is still to come. Throws LinkError,
  // RingError, BadInput.
  void handle(const Header& header);

  // Something on its way here was lost: nothing is done for the text until the
  // next greeting.
  void forget() { greeted_ = false; }
  bool is_greeted() const { return greeted_; }

  // Tells the ranks below, and so the head.
  void tell(Kind kind, const std::string& text);

  const Weights& weights() const { return weights_; }

 private:
  Deadline soon() const;
  void greet(const Header& header);
  void check(const Header& header) const;
  uint32_t rows_to_pass(const Header& header) const;
  void forward(const Header& header);
  void report(const Header& header);
  void pass(const Header& header, std::span<const std::byte> payload);

  const RankOptions& options_;
  Link& up_;
  Link& down_;
  Pool pool_;
  Weights weights_;
  Stage stage_;
  FloatBuffer x_;  // [kChunkRows, dim]
  RowPacker packer_;
  RankStats stats_;
  HopMeter hop_;
  bool greeted_ = false;
  uint32_t sequence_ = 0;
  int positions_ = 0;
};

}  // namespace pi_ring
