// Counts the memory that a plan takes.
#include "userspace/ring/train/train_plan.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "model/train/memory_needed.h"
#include "userspace/ring/train/free_memory.h"
#include "userspace/ring/train/schedule.h"

namespace pi_ring {
namespace {

// Messages under way: on each side two received ahead and one in use, and those
// that wait to be sent.
constexpr uint64_t kMessagesBesideSlots = 6;

// The value, its gradient and the optimiser's two moments.
constexpr uint64_t kBytesOfWeight = 4 * sizeof(float);

// The bytes that a rank's process takes without any model.
constexpr uint64_t kProgramBytes = 8'000'000;

std::string machine_name() {
  std::string name;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> name;
  return name;
}

}  // namespace

TrainShape TrainPlan::shape_of(int rank) const {
  return {
      .sequences = sequences,
      .length = length,
      .micro_batches = micro_batches,
      .in_flight = std::max(1, most_in_flight(rank, ranks(), micro_batches)),
      .recompute = recompute,
      .cache_type = cache_type};
}

MemoryClaim claim_of(const TrainPlan& plan, int rank, int threads) {
  const TrainShape shape = plan.shape_of(rank);
  const Shard& shard = plan.cut.at(static_cast<size_t>(rank));
  uint64_t needed =
      kProgramBytes + memory_needed(plan.config, shard, shape, threads);
  if (plan.ranks() > 1) {
    const uint64_t messages =
        static_cast<uint64_t>(shape.in_flight) + kMessagesBesideSlots;
    needed += messages * floats(plan.rows(), plan.config.dim) * sizeof(float);
  }
  return {.needed = needed, .free = free_memory(), .machine = machine_name()};
}

MemoryClaim least_claim_of(const TrainPlan& plan, int rank) {
  const ModelConfig& config = plan.config;
  const Shard& shard = plan.cut.at(static_cast<size_t>(rank));
  // A query, an output, one matrix up and one down.
  const uint64_t weights = 2 * floats(config.dim, config.q_dim()) +
                           2 * floats(config.dim, config.hidden_dim);
  const auto layers = static_cast<uint64_t>(shard.end - shard.begin);
  return {.needed = layers * weights * kBytesOfWeight,
          .free = free_memory(),
          .machine = machine_name()};
}

std::vector<uint64_t> share_out(const std::vector<MemoryClaim>& claims) {
  std::map<std::string, uint64_t> left;
  std::vector<uint64_t> shares;
  for (const MemoryClaim& claim : claims) {
    uint64_t& here = left.try_emplace(claim.machine, claim.free).first->second;
    shares.push_back(here);
    here -= std::min(here, claim.needed);
  }
  return shares;
}

}  // namespace pi_ring
