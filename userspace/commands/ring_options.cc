#include "userspace/commands/ring_options.h"

#include <algorithm>
#include <thread>

#include "userspace/commands/limits.h"

namespace pi_ring {
namespace {

Type type_named(const std::string& wire) {
  if (wire == "q8") return Type::kQ8;
  return wire == "f16" ? Type::kF16 : Type::kF32;
}

}  // namespace

void RingOptions::add_to(CLI::App& command) {
  command
      .add_option("--ranks", ranks,
                  "Ranks in the ring [as the model was cut, or 1]")
      ->check(between(1, kMostRanks));
  command
      .add_option("--threads", threads,
                  "Threads a rank [the cores, shared out]")
      ->check(between(1, kMostThreads));
  command
      .add_option("--patience", patience,
                  "Seconds until a silent rank is given up")
      ->check(between(0.1, 86400.0))
      ->capture_default_str();
  command
      .add_option("--link", link,
                  "shm: the ranks are processes on this machine; gpio: each "
                  "is `pi-ring rank` on a Pi of its own, behind devices")
      ->check(CLI::IsMember({"shm", "gpio"}))
      ->capture_default_str();
  command.add_option("--up", up, "With gpio: the device of the previous Pi")
      ->capture_default_str();
  command.add_option("--down", down, "With gpio: the device of the next Pi")
      ->capture_default_str();
}

void RingOptions::add_wire_to(CLI::App& command) {
  command
      .add_option("--wire", wire,
                  "How activations travel from rank to rank: f32, as they "
                  "are; f16, half the bytes; q8, a byte a value and a scale "
                  "every 32. With the last two the result depends a little on "
                  "--ranks")
      ->check(CLI::IsMember({"f32", "f16", "q8"}))
      ->capture_default_str();
}

RankOptions RingOptions::of_head(int ranks_of_model) const {
  RankOptions rank;
  rank.ranks = ranks_of_model;
  rank.rank = ranks_of_model - 1;
  rank.patience = milliseconds_of(patience);
  rank.wire = type_named(wire);
  give_threads(rank, threads, is_over_devices() ? 1 : ranks_of_model);
  return rank;
}

void give_threads(RankOptions& rank, int asked, int share) {
  const int cores =
      std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  rank.threads = asked > 0 ? asked : std::max(1, cores / share);
  // Ranks that share cores must not keep them from each other.
  rank.waiting = rank.threads * share > cores ? Pool::Waiting::kSleep
                                              : Pool::Waiting::kSpin;
}

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000.0));
}

}  // namespace pi_ring
