// Turns the message into JSON and back, with every limit of a number.
#include "userspace/ring/train/plan_message.h"

#include <limits>
#include <string>

#include "model/base/bad_input.h"
#include "model/layers/kv_cache.h"
#include "userspace/ring/message/message.h"
#include "userspace/ring/train/received_fields.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr const char* kPlanName = "the head's plan";

// The limits of the options that the numbers come from.
constexpr int kMostMicroBatches = 1'000'000;
constexpr float kMostWeightDecay = 100.0F;

constexpr float kMostFactor = 1e9F;
constexpr float kMostTheta = 1e20F;

json scaling_json(const RopeScaling& scaling) {
  return {{"kind", static_cast<int>(scaling.kind)},
          {"factor", scaling.factor},
          {"original_context", scaling.original_context},
          {"slow", scaling.slow},
          {"fast", scaling.fast},
          {"attention_factor", scaling.attention_factor},
          {"whole_channels", scaling.whole_channels}};
}

RopeScaling scaling_from(const ReceivedFields& fields) {
  constexpr auto kLastKind = static_cast<int>(RopeScaling::Kind::kYarn);
  RopeScaling scaling;
  scaling.kind =
      static_cast<RopeScaling::Kind>(fields.number("kind", 0, kLastKind));
  scaling.factor = fields.real("factor", 1.0F, kMostFactor);
  scaling.original_context =
      fields.number("original_context", 0, kLongestContext);
  scaling.slow = fields.real("slow", 0.0F, kMostFactor);
  scaling.fast = fields.real("fast", 0.0F, kMostFactor);
  scaling.attention_factor = fields.real("attention_factor", 0.0F, kMostFactor);
  scaling.whole_channels = fields.flag("whole_channels");
  return scaling;
}

std::vector<bool> windowed_from(const ReceivedFields& fields) {
  std::vector<bool> windowed;
  for (const json& layer : fields.list("windowed")) {
    if (!layer.is_boolean()) fields.refuse("windowed", "true or false a layer");
    windowed.push_back(layer.get<bool>());
  }
  return windowed;
}

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
          {"scaling", scaling_json(config.rope_scaling)},
          {"head_width", config.head_width},
          {"query_scalar", config.query_scalar},
          {"window", config.window},
          {"windowed", config.windowed},
          {"window_theta", config.window_theta},
          {"tied", config.tied},
          {"bos", config.bos},
          {"eos", config.eos}};
}

const Architecture& architecture_from(const ReceivedFields& fields) {
  const Architecture* found = find_architecture(fields.text("architecture"));
  if (found == nullptr) fields.refuse("architecture", "one that is known here");
  return *found;
}

template <typename Check>
void checked(const Check& check) {
  try {
    check();
  } catch (const BadInput& error) {
    throw RingError(std::string(kPlanName) + " is not valid: " + error.what());
  }
}

std::vector<int> end_tokens_from(const ReceivedFields& fields) {
  std::vector<int> tokens;
  for (const json& token : fields.list("eos")) {
    if (!token.is_number_integer() || token < 0 || token >= kLargestVocab) {
      fields.refuse("eos", "a list of tokens");
    }
    tokens.push_back(token.get<int>());
  }
  return tokens;
}

ModelConfig config_from(const ReceivedFields& fields) {
  ModelConfig config;
  config.architecture = &architecture_from(fields);
  config.name = fields.text("name");
  config.note = fields.text("note");
  config.dim = fields.number("dim", 1, kLargestDim);
  config.hidden_dim = fields.number("hidden_dim", 1, kLargestDim);
  config.layers = fields.number("layers", 1, kMostLayers);
  config.heads = fields.number("heads", 1, kLargestDim);
  config.kv_heads = fields.number("kv_heads", 1, kLargestDim);
  config.vocab = fields.number("vocab", 1, kLargestVocab);
  config.context = fields.number("context", 1, kLongestContext);
  config.norm_epsilon = fields.real("epsilon", 0.0F, 1.0F);
  config.rope_theta =
      fields.real("theta", 1.0F, std::numeric_limits<float>::max());
  config.rope_scaling = scaling_from(fields.object("scaling"));
  config.head_width = fields.number("head_width", 0, kLargestDim);
  config.query_scalar = fields.real("query_scalar", 0.0F, kMostFactor);
  config.window = fields.number("window", 0, kLongestContext);
  config.windowed = windowed_from(fields);
  config.window_theta = fields.real("window_theta", 0.0F, kMostTheta);
  config.tied = fields.flag("tied");
  config.bos = fields.number("bos", kNoToken, kLargestVocab);
  config.eos = end_tokens_from(fields);
  checked([&] { check_config(config, "config"); });
  return config;
}

// A rank's layers as [begin, end).
json cut_json(const Cut& cut) {
  json layers = json::array();
  for (const Shard& shard : cut) layers.push_back({shard.begin, shard.end});
  return layers;
}

bool is_range(const json& range, int layers) {
  if (!range.is_array() || range.size() != 2) return false;
  for (const json& layer : range) {
    if (!layer.is_number_integer() || layer < 0 || layer > layers) return false;
  }
  return true;
}

Cut cut_from(const ReceivedFields& fields, const ModelConfig& config) {
  Cut cut;
  const json& ranges = fields.list("cut");
  for (const json& range : ranges) {
    if (!is_range(range, config.layers)) {
      fields.refuse("cut", "pairs of layers of the model");
    }
    cut.push_back({.rank = static_cast<int>(cut.size()),
                   .ranks = static_cast<int>(ranges.size()),
                   .begin = range[0].get<int>(),
                   .end = range[1].get<int>()});
  }
  if (!covers(cut, config.layers)) {
    fields.refuse("cut", "one that holds each layer once");
  }
  return cut;
}

DType cache_type_from(const ReceivedFields& fields, const ModelConfig& config) {
  const DType type = kCacheTypes.at(static_cast<size_t>(
      fields.number("cache_type", 0, kCacheTypes.size() - 1)));
  checked([&] { check_cache_type(config, type); });
  return type;
}

// One message holds a micro-batch's activations.
void take_batch(const ReceivedFields& fields, TrainPlan& plan) {
  plan.length = fields.number("length", 1, plan.config.context);
  const size_t most_rows =
      kMaxPayload / (sizeof(float) * static_cast<size_t>(plan.config.dim));
  const size_t most = most_rows / static_cast<size_t>(plan.length);
  plan.sequences = fields.number("sequences", 1, static_cast<int64_t>(most));
  plan.micro_batches = fields.number("micro_batches", 1, kMostMicroBatches);
  plan.recompute = fields.flag("recompute");
  plan.cache_type = cache_type_from(fields, plan.config);
}

AdamWOptions adam_from(const ReceivedFields& fields) {
  return {.beta1 = fields.real("beta1", 0.0F, 1.0F),
          .beta2 = fields.real("beta2", 0.0F, 1.0F),
          .epsilon = fields.real("epsilon", 0.0F, 1.0F),
          .weight_decay = fields.real("weight_decay", 0.0F, kMostWeightDecay)};
}

json claim_json(const MemoryClaim& claim) {
  return {{"needed", claim.needed},
          {"free", claim.free},
          {"machine", claim.machine}};
}

MemoryClaim claim_from(const json& object) {
  const ReceivedFields fields("a rank's claim", object);
  return {.needed = fields.whole("needed"),
          .free = fields.whole("free"),
          .machine = fields.text("machine")};
}

}  // namespace

json to_json(const TrainPlan& plan) {
  return {{"config", config_json(plan.config)},
          {"cut", cut_json(plan.cut)},
          {"sequences", plan.sequences},
          {"length", plan.length},
          {"micro_batches", plan.micro_batches},
          {"recompute", plan.recompute},
          {"cache_type", cache_code(plan.cache_type)},
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
  const ReceivedFields fields(kPlanName, object);
  TrainPlan plan;
  plan.config = config_from(fields.object("config"));
  plan.cut = cut_from(fields, plan.config);
  take_batch(fields, plan);
  plan.adam = adam_from(fields);
  plan.seed = fields.whole("seed");
  plan.start = static_cast<TrainPlan::Start>(fields.number(
      "start", 0, static_cast<int>(TrainPlan::Start::kCheckpoint)));
  plan.from = fields.path("from");
  plan.save = fields.path("save");
  plan.tokenizer = fields.path("tokenizer");
  plan.run = fields.whole("run");
  return plan;
}

json to_json(const PlanMessage& message) {
  json claims = json::array();
  for (const MemoryClaim& claim : message.claims) {
    claims.push_back(claim_json(claim));
  }
  return {{"plan", to_json(message.plan)},
          {"begin", message.begin},
          {"claims", std::move(claims)}};
}

PlanMessage plan_message_from(const json& object) {
  const ReceivedFields fields(kPlanName, object);
  PlanMessage message;
  message.begin = fields.flag("begin");
  for (const json& claim : fields.list("claims")) {
    message.claims.push_back(claim_from(claim));
  }
  fields.object("plan");
  message.plan = plan_from(object["plan"]);
  return message;
}

}  // namespace pi_ring
