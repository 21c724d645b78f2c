// What a rank of a ring is told before it starts.
#pragma once

#include <chrono>

#include "model/math/pool.h"
#include "model/tensor/dtype.h"
#include "userspace/ring/message/row_format.h"

namespace pi_ring {

struct RankOptions {
  int ranks = 1;
  int rank = 0;
  int threads = 1;
  Pool::Waiting waiting = Pool::Waiting::kSpin;
  // How long to wait for a neighbour that is silent during an exchange.
  std::chrono::milliseconds patience{30000};
  // How the head packs activations; the other ranks keep the format they get.
  RowFormat row_format = RowFormat::kF32;
  // How the head wants keys and values to be cached; the greeting tells the
  // other ranks.
  DType cache_type = DType::F32;
};

}  // namespace pi_ring
