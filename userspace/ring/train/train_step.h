// One step of training on one rank: the acts of its schedule, with the messages
// that they receive and send.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "userspace/ring/train/message_queues.h"
#include "userspace/ring/train/schedule.h"

namespace pi_ring {

struct RankTimes {
  uint64_t compute_ns = 0;
  uint64_t wait_ns = 0;  // for messages

  bool operator==(const RankTimes&) const = default;
};

// What each act does with a micro-batch's activations or gradients
// [rows, width], in place. A rank fills in the acts of its schedule.
struct StepWork {
  using Work = std::function<void(int micro_batch, float* x)>;
  Work embed;     // writes the embedded tokens
  Work forward;   // through the layers
  Work loss;      // turns activations into gradients
  Work backward;  // back through the layers
  Work keep;      // adds to the embedding's gradient
};

class StepRunner {
 public:
  // `queues` outlives it; null in a ring of one.
  StepRunner(int rank, int ranks, int micro_batches, uint32_t rows,
             uint32_t width, MessageQueues* queues);

  // Throws as MessageQueues::receive does.
  void run(const StepWork& work, RankTimes& times);

 private:
  Message take(const ScheduledAct& act, RankTimes& times);
  void pass(Act act, Message message);
  void check(const Header& header, Kind kind, int micro_batch) const;

  std::vector<ScheduledAct> acts_;
  uint32_t rows_;
  uint32_t width_;
  MessageQueues* queues_;
  std::optional<Message> in_hand_;  // between two acts in a ring of one
};

}  // namespace pi_ring
