// How much a rank computes at once while it trains.
#pragma once

namespace pi_ring {

struct TrainShape {
  int sequences = 1;      // of a micro-batch
  int length = 1;         // of a sequence, in tokens
  int micro_batches = 1;  // of a step
  int in_flight = 1;      // forwards that may wait for their backward: slots
  bool recompute =
      false;  // keep the blocks' inputs only; compute the rest anew

  int rows() const { return sequences * length; }
};

}  // namespace pi_ring
