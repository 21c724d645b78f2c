// Asks for each rank's memory, as the ranks will take it.
#include "userspace/commands/show/memory_plan.h"

#include <algorithm>

#include "model/folder/weights.h"

namespace pi_ring {
namespace {

// A model that is cut may have some of its shards on other machines.
bool is_here(const ModelFolder& model, const Shard& shard) {
  if (!model.is_cut()) return true;
  return std::ranges::any_of(model.parts(), [&](const ModelPart& part) {
    return part.mark->shard == shard;
  });
}

}  // namespace

std::vector<RankMemory> plan_memory(const ModelFolder& model, const Cut& cut,
                                    int positions, DType cache,
                                    const ProgramMemory& program) {
  std::vector<RankMemory> ranks;
  for (const Shard& shard : cut) {
    if (!is_here(model, shard)) continue;
    RankMemory rank{
        .shard = shard,
        .text = text_memory(Weights(model, shard), positions, cache),
        .program = program.rank};
    if (shard.is_head()) rank.program += program.tokenizer;
    ranks.push_back(rank);
  }
  return ranks;
}

}  // namespace pi_ring
