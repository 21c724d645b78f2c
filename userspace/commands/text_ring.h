// The ring that a command writes text with: its ranks are started or found, and
// this process is its head.
#pragma once

#include <vector>

#include "model/architecture/cut.h"
#include "model/folder/model_folder.h"
#include "model/folder/weights.h"
#include "userspace/commands/loading_progress.h"
#include "userspace/commands/ring_options.h"
#include "userspace/ring/launch/ring_place.h"
#include "userspace/ring/message/rank_options.h"

namespace pi_ring {

class TextRing {
 public:
  // May fork, so it has to be made before any thread is started. Throws
  // WrongCall or BadInput.
  TextRing(const ModelFolder& model, const RingOptions& options);
  TextRing(const TextRing&) = delete;
  TextRing& operator=(const TextRing&) = delete;

  const Cut& cut() const { return cut_; }
  // The head's own.
  const Weights& weights() const { return weights_.back(); }
  // How far the ranks have loaded them.
  const LoadingCounters& counters() const { return counters_; }
  const RankOptions& rank() const { return rank_; }
  const RingPlace& place() const { return place_; }

 private:
  Cut cut_;
  // Belong to the ranks on this machine: all of them, or the head alone.
  std::vector<Weights> weights_;
  LoadingCounters counters_;
  RankOptions rank_;
  RingPlace place_;
};

}  // namespace pi_ring
