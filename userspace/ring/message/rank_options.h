// What a rank of a ring is told before it starts.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "model/math/pool.h"
#include "userspace/ring/message/wire_format.h"

namespace pi_ring {

// What a rank is called in messages.
inline std::string name_of_rank(int rank) {
  return "rank " + std::to_string(rank);
}

struct RankOptions {
  std::filesystem::path model;
  int ranks = 1;
  int rank = 0;
  int threads = 1;
  Pool::Waiting waiting = Pool::Waiting::kSpin;
  // How long a neighbour may be silent in the middle of an exchange.
  std::chrono::milliseconds patience{30000};
  // Of the head: how activations travel. The others pass them on as they came.
  Type wire = Type::kF32;
};

}  // namespace pi_ring
