// The options of commands that run a ring with this process as its head.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "model/architecture/config.h"
#include "userspace/link/device.h"
#include "userspace/ring/launch/process_ring.h"
#include "userspace/ring/launch/ring_place.h"
#include "userspace/ring/message/rank_options.h"

namespace pi_ring {

struct RingOptions {
  int ranks = 0;           // 0: as the model was cut, or 1
  int threads = 0;         // of a rank; 0: the processors, shared out
  double patience = 30.0;  // seconds
  std::string link = "shm";
  std::string up = kUpDevice;
  std::string down = kDownDevice;
  std::string row_format = "f32";  // of activations between ranks: --wire
  std::string cache = "f32";       // what keys and values are kept as: --kv

  void add_to(CLI::App& command);
  // Adds --wire, for commands that do not train: a gradient is never rounded.
  void add_wire_to(CLI::App& command);
  // Adds --kv, for the same.
  void add_kv_to(CLI::App& command);
  // Throws BadInput where a model's cache cannot be of the type that --kv says.
  DType cache_type(const ModelConfig& config) const;

  // Whether the other ranks are on other machines, behind devices.
  bool is_over_devices() const { return link == "gpio"; }

  // Options for the head of a ring with this many ranks.
  RankOptions head_options(int ranks_of_model) const;

  // Starts or finds the other ranks, and returns this head's place among them.
  // May fork, so it has to be called before any thread is started; `body` is
  // what a forked rank does. Throws WrongCall where a ring of this size is not
  // possible.
  RingPlace join(int ranks_of_model, const ProcessRing::Body& body) const;
};

// Sets the threads of one of `ranks` ranks that share this machine; `asked` is
// 0 where the user left the number open.
void give_threads(RankOptions& rank, int asked, int ranks);

std::chrono::milliseconds milliseconds_of(double seconds);

}  // namespace pi_ring
