// What to train, and how. The head sends the plan to every rank before the
// first step, so a rank needs to be told only its links.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/train/adamw.h"
#include "model/train/train_shape.h"

namespace pi_ring {

struct TrainPlan {
  // Where the parameters' values come from.
  enum class Start {
    kDraw,        // random numbers by `seed`
    kModel,       // a model's folder, its shards, or a checkpoint's values
    kCheckpoint,  // a checkpoint's values and moments, for the same run
  };

  ModelConfig config;
  Cut cut;            // which rank holds which layers
  int sequences = 1;  // in a micro-batch
  int length = 1;
  int micro_batches = 1;
  bool recompute = false;
  DType cache_type = DType::F32;  // other than f32 for evaluating only
  AdamWOptions adam;
  uint64_t seed = 0;
  Start start = Start::kDraw;
  std::string from;       // the model's path, for ranks on other machines
  std::string save;       // the folder for checkpoints; may be empty
  std::string tokenizer;  // the folder of the tokenizer for checkpoints
  uint64_t run = 0;       // tells this run's checkpoints from others'

  int ranks() const { return static_cast<int>(cut.size()); }
  int rows() const { return sequences * length; }
  TrainShape shape_of(int rank) const;
};

// What a rank needs of its machine's memory, in bytes.
struct MemoryClaim {
  uint64_t needed = 0;
  uint64_t free = 0;
  std::string machine;  // the same for ranks that share one
};

MemoryClaim claim_of(const TrainPlan& plan, int rank, int threads);

// The same, with less than is needed: the weights of the layers, and what the
// optimiser keeps of each. The whole count makes tables of the model's parts,
// which take memory themselves where the model is far too large.
MemoryClaim least_claim_of(const TrainPlan& plan, int rank);

// Returns what is left for each rank after those before it on its machine.
std::vector<uint64_t> share_out(const std::vector<MemoryClaim>& claims);

}  // namespace pi_ring
