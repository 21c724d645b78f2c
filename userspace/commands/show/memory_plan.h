// What each rank of a ring would take of its machine's memory.
#pragma once

#include <cstdint>
#include <vector>

#include "model/folder/model_folder.h"
#include "model/layers/text_memory.h"

namespace pi_ring {

// What a process takes that has opened the model and no more, and what the
// head's tokenizer adds. They are measured, because no sum of sizes tells
// them.
struct ProgramMemory {
  uint64_t rank = 0;
  uint64_t tokenizer = 0;
};

struct RankMemory {
  Shard shard;
  TextMemory text;
  uint64_t program = 0;

  uint64_t total() const { return text.total() + program; }
};

// One entry a rank whose weights are here, for a text of this many
// positions that are cached as this type.
std::vector<RankMemory> plan_memory(const ModelFolder& model, const Cut& cut,
                                    int positions, DType cache,
                                    const ProgramMemory& program);

}  // namespace pi_ring
