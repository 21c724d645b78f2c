// The cut: which rank holds which layers, and a shard's folder on disk.
#pragma once

#include <filesystem>
#include <vector>

#include "model/config.h"

namespace pi_ring {

// What one rank of a ring holds: layers [begin, end) and, on the head, the
// embedding, the last norm and the classifier.
struct Shard {
  int rank = 0;
  int ranks = 1;
  int begin = 0;
  int end = 0;

  bool is_head() const { return rank == ranks - 1; }
};

// Ranks 0..N-2 share the layers evenly, the remainder on the lowest ranks; the
// head has none, unless it is alone. 1 <= ranks <= layers + 1.
std::vector<Shard> cut(int layers, int ranks);

// Writes out/rank-0 .. out/rank-(N-1): each a model folder whose safetensors
// hold that rank's tensors only and whose metadata say which.
void write_shards(const std::filesystem::path& model, int ranks,
                  const std::filesystem::path& out);

// How many ranks the folder was cut for, or 0 for a whole model.
int ranks_of_shards(const std::filesystem::path& model);

}  // namespace pi_ring
