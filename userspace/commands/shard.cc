// `pi-ring shard`: cuts a model into one folder a rank.
#include "model/folder/shard.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include "model/architecture/cut.h"
#include "model/base/interruption.h"
#include "model/folder/model_folder.h"
#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/ranks.h"

namespace pi_ring {
namespace {

struct ShardOptions {
  std::filesystem::path model;
  std::filesystem::path out;
  int ranks = 0;
};

void shard(const ShardOptions& options) {
  const StopRequest stop;
  const ModelFolder model = open_model(options.model);
  check_ranks(options.ranks, model.config());
  const Cut cut = even_cut(model.config().layers, options.ranks);
  write_shards(model, cut, options.out);
  for (const Shard& shard : cut) {
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
      ->check(between(1, kMostRanks));
  command->add_option("-o,--out", options->out, "The folder to make")
      ->required();
  command->footer(
      "Example:\n"
      "  pi-ring shard stories42M --ranks 4 -o stories42M-of-4\n"
      "  pi-ring generate --model stories42M-of-4 \"Once upon a time\"");
  command->callback([options] { shard(*options); });
}

}  // namespace pi_ring
