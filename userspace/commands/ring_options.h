// The options of commands that run a ring with this process as its head.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "userspace/link/device.h"
#include "userspace/ring/message/rank_options.h"

namespace pi_ring {

struct RingOptions {
  int ranks = 0;           // 0: as the model was cut, or 1
  int threads = 0;         // of a rank; 0: the cores, shared out
  double patience = 30.0;  // seconds
  std::string link = "shm";
  std::string up = kUpDevice;
  std::string down = kDownDevice;
  std::string wire = "f32";  // how activations travel

  void add_to(CLI::App& command);
  // For commands that do not train: a gradient is never rounded.
  void add_wire_to(CLI::App& command);

  // The ranks are other machines, or their like, behind devices.
  bool is_over_devices() const { return link == "gpio"; }

  // Of the head of a ring of so many.
  RankOptions of_head(int ranks_of_model) const;
};

// Of a rank that has `share` of this machine's cores, one in so many.
void give_threads(RankOptions& rank, int asked, int share);

std::chrono::milliseconds milliseconds_of(double seconds);

}  // namespace pi_ring
