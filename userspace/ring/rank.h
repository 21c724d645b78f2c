// A rank that holds layers and waits for the head: takes activations from the
// previous rank, runs its layers, hands them to the next.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "model/pool.h"
#include "userspace/link/link.h"
#include "userspace/ring/wire_format.h"

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

// Serves until the links close, which is its normal end, and returns the exit
// status. What goes wrong here is told to the head, which tells the user.
int run_rank(const RankOptions& options, Link& up, Link& down);

}  // namespace pi_ring
