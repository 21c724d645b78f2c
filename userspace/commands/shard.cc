// `pi-ring shard`: cuts a model into one folder a rank.
#include "model/shard.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include "model/config.h"
#include "model/interruption.h"
#include "userspace/commands/command.h"

namespace pi_ring {
namespace {

struct ShardOptions {
  std::filesystem::path model;
  std::filesystem::path out;
  int ranks = 0;
};

void shard(const ShardOptions& options) {
  const Interruptible interruptible;
  const ModelConfig config = read_config(options.model);
  if (options.ranks > config.layers + 1) {
    throw WrongCall("--ranks " + std::to_string(options.ranks) + ": " +
                    config.name + " has " + std::to_string(config.layers) +
                    " layers, which 1 to " + std::to_string(config.layers + 1) +
                    " ranks can hold");
  }
  write_shards(options.model, options.ranks, options.out);
  for (const Shard& shard : cut(config.layers, options.ranks)) {
    std::cerr << "pi-ring: " << (options.out / "rank-").string() << shard.rank
              << ": layers [" << shard.begin << "," << shard.end << ")"
              << (shard.is_head() ? ", embedding and classifier\n" : "\n");
  }
}

}  // namespace

void add_shard(CLI::App& app) {
  auto options = std::make_shared<ShardOptions>();
  CLI::App* command =
      app.add_subcommand("shard", "Cuts a model into one folder a rank");
  command->add_option("MODEL", options->model, "A model's folder")->required();
  command->add_option("--ranks", options->ranks, "How many ranks the ring has")
      ->required()
      ->check(CLI::PositiveNumber);
  command->add_option("-o,--out", options->out, "The folder to make")
      ->required();
  command->footer(
      "Example:\n"
      "  pi-ring shard stories42M --ranks 4 -o stories42M-of-4\n"
      "  pi-ring generate --model stories42M-of-4 \"Once upon a time\"");
  command->callback([options] { shard(*options); });
}

}  // namespace pi_ring
