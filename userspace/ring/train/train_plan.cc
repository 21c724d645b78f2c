// Turns the plan into JSON and back, and counts the memory that it takes.
#include "userspace/ring/train/train_plan.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "model/train/memory_needed.h"
#include "userspace/ring/message/message.h"
#include "userspace/ring/train/free_memory.h"
#include "userspace/ring/train/schedule.h"

namespace pi_ring {
namespace {

using nlohmann::json;

// Messages under way: on each side two received ahead and one in use, and those
// that wait to be sent.
constexpr uint64_t kMessagesBesideSlots = 6;

// The bytes that a rank's process takes without any model.
constexpr uint64_t kProgramBytes = 8'000'000;

json config_json(const ModelConfig& config) {
  return {{"architecture", config.architecture->name},
          {"name", config.name},
          {"note", config.note},
          {"dim", config.dim},
          {"hidden_dim", config.hidden_dim},
          {"layers", config.layers},
          {"heads", config.heads},
          {"kv_heads", config.kv_heads},
          {"vocab", config.vocab},
          {"context", config.context},
          {"epsilon", config.norm_epsilon},
          {"theta", config.rope_theta},
          {"tied", config.tied},
          {"bos", config.bos},
          {"eos", config.eos}};
}

const Architecture& architecture_from(const std::string& name) {
  const Architecture* found = find_architecture(name);
  if (found != nullptr) return *found;
  throw RingError("the head trains a " + name + ", which is not known here");
}

ModelConfig config_from(const json& object) {
  ModelConfig config;
  config.architecture = &architecture_from(object.at("architecture"));
  object.at("name").get_to(config.name);
  object.at("note").get_to(config.note);
  object.at("dim").get_to(config.dim);
  object.at("hidden_dim").get_to(config.hidden_dim);
  object.at("layers").get_to(config.layers);
  object.at("heads").get_to(config.heads);
  object.at("kv_heads").get_to(config.kv_heads);
  object.at("vocab").get_to(config.vocab);
  object.at("context").get_to(config.context);
  object.at("epsilon").get_to(config.norm_epsilon);
  object.at("theta").get_to(config.rope_theta);
  object.at("tied").get_to(config.tied);
  object.at("bos").get_to(config.bos);
  object.at("eos").get_to(config.eos);
  return config;
}

// A rank's layers as [begin, end).
json cut_json(const Cut& cut) {
  json layers = json::array();
  for (const Shard& shard : cut) layers.push_back({shard.begin, shard.end});
  return layers;
}

Cut cut_from(const json& layers, const ModelConfig& config) {
  Cut cut;
  const int ranks = static_cast<int>(layers.size());
  for (const json& range : layers) {
    cut.push_back({.rank = static_cast<int>(cut.size()),
                   .ranks = ranks,
                   .begin = range.at(0).get<int>(),
                   .end = range.at(1).get<int>()});
  }
  if (covers(cut, config.layers)) return cut;
  throw RingError(
      "the head sent a plan that is not valid: its cut does not "
      "hold each layer once");
}

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
      .recompute = recompute};
}

json to_json(const TrainPlan& plan) {
  return {{"config", config_json(plan.config)},
          {"cut", cut_json(plan.cut)},
          {"sequences", plan.sequences},
          {"length", plan.length},
          {"micro_batches", plan.micro_batches},
          {"recompute", plan.recompute},
          {"beta1", plan.adam.beta1},
          {"beta2", plan.adam.beta2},
          {"epsilon", plan.adam.epsilon},
          {"weight_decay", plan.adam.weight_decay},
          {"seed", plan.seed},
          {"start", static_cast<int>(plan.start)},
          {"from", plan.from},
          {"save", plan.save},
          {"tokenizer", plan.tokenizer},
          {"run", plan.run}};
}

TrainPlan plan_from(const json& object) {
  try {
    TrainPlan plan;
    plan.config = config_from(object.at("config"));
    plan.cut = cut_from(object.at("cut"), plan.config);
    object.at("sequences").get_to(plan.sequences);
    object.at("length").get_to(plan.length);
    object.at("micro_batches").get_to(plan.micro_batches);
    object.at("recompute").get_to(plan.recompute);
    object.at("beta1").get_to(plan.adam.beta1);
    object.at("beta2").get_to(plan.adam.beta2);
    object.at("epsilon").get_to(plan.adam.epsilon);
    object.at("weight_decay").get_to(plan.adam.weight_decay);
    object.at("seed").get_to(plan.seed);
    plan.start = static_cast<TrainPlan::Start>(object.at("start").get<int>());
    object.at("from").get_to(plan.from);
    object.at("save").get_to(plan.save);
    object.at("tokenizer").get_to(plan.tokenizer);
    object.at("run").get_to(plan.run);
    return plan;
  } catch (const nlohmann::json::exception& error) {
    throw RingError(std::string("the head sent a plan that is not valid: ") +
                    error.what());
  }
}

json to_json(const MemoryClaim& claim) {
  return {{"needed", claim.needed},
          {"free", claim.free},
          {"machine", claim.machine}};
}

MemoryClaim claim_from(const json& object) {
  return {.needed = object.at("needed").get<uint64_t>(),
          .free = object.at("free").get<uint64_t>(),
          .machine = object.at("machine").get<std::string>()};
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
