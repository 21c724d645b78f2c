#include "userspace/commands/ring_options.h"

#include <algorithm>

#include "model/layers/kv_cache.h"
#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/processors.h"
#include "userspace/ring/launch/device_ring.h"

namespace pi_ring {
namespace {

RowFormat row_format_named(const std::string& name) {
  if (name == "q8") return RowFormat::kQ8;
  return name == "f16" ? RowFormat::kF16 : RowFormat::kF32;
}

DType cache_type_named(const std::string& name) {
  if (name == "q8_0") return DType::Q8_0;
  return name == "f16" ? DType::F16 : DType::F32;
}

}  // namespace

void RingOptions::add_to(CLI::App& command) {
  command
      .add_option("--ranks", ranks,
                  "Ranks in the ring [as the model was cut, or 1]")
      ->check(between(1, kMostRanks));
  command
      .add_option("-t,--threads", threads,
                  "Threads of each rank [the processors, shared out]")
      ->check(between(1, kMostThreads));
  command
      .add_option("--patience", patience,
                  "Seconds to wait for a rank that does not answer")
      ->check(between(0.1, 86400.0))
      ->capture_default_str();
  command
      .add_option("--link", link,
                  "shm: the ranks are processes on this machine; gpio: each "
                  "is `pi-ring rank` on a Pi of its own, over the driver")
      ->check(CLI::IsMember({"shm", "gpio"}))
      ->capture_default_str();
  command.add_option("--up", up, "With gpio: the device of the previous Pi")
      ->capture_default_str();
  command.add_option("--down", down, "With gpio: the device of the next Pi")
      ->capture_default_str();
}

void RingOptions::add_wire_to(CLI::App& command) {
  command
      .add_option("--wire", row_format,
                  "How activations travel from rank to rank: f32, unchanged; "
                  "f16, half the bytes; q8, a byte a value and a scale every "
                  "32. With f16 and q8 the result depends a little on --ranks")
      ->check(CLI::IsMember({"f32", "f16", "q8"}))
      ->capture_default_str();
}

void RingOptions::add_kv_to(CLI::App& command) {
  command
      .add_option("--kv", cache,
                  "How keys and values are cached: f32, unchanged; f16, half "
                  "the memory; q8_0, a byte a value and a scale every 32")
      ->check(CLI::IsMember({"f32", "f16", "q8_0"}))
      ->capture_default_str();
}

DType RingOptions::cache_type(const ModelConfig& config) const {
  const DType type = cache_type_named(cache);
  check_cache_type(config, type);
  return type;
}

RankOptions RingOptions::head_options(int ranks_of_model) const {
  RankOptions rank;
  rank.ranks = ranks_of_model;
  rank.rank = ranks_of_model - 1;
  rank.patience = milliseconds_of(patience);
  rank.row_format = row_format_named(row_format);
  give_threads(rank, threads, is_over_devices() ? 1 : ranks_of_model);
  return rank;
}

RingPlace RingOptions::join(int ranks_of_model,
                            const ProcessRing::Body& body) const {
  if (!is_over_devices()) return fork_ring(ranks_of_model, body);
  if (ranks_of_model == 1) {
    throw WrongCall(
        "--link gpio needs at least two ranks: give --ranks, or a model that "
        "`pi-ring shard` has cut");
  }
  return open_device_ring(ranks_of_model, up, down);
}

void give_threads(RankOptions& rank, int asked, int ranks) {
  const int processors = usable_processors();
  rank.threads = asked > 0 ? asked : std::max(1, processors / ranks);
  // Ranks that share processors must not keep each other from running.
  rank.waiting = rank.threads * ranks > processors ? Pool::Waiting::kSleep
                                                   : Pool::Waiting::kSpin;
}

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000.0));
}

}  // namespace pi_ring
