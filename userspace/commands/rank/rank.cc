// `pi-ring rank`: one rank of a ring of Pis, as a service.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "model/folder/model_folder.h"
#include "model/folder/weights.h"
#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/rank/rank_config.h"
#include "userspace/commands/rank/readiness.h"
#include "userspace/commands/ranks.h"
#include "userspace/commands/ring_options.h"
#include "userspace/ring/launch/rank_service.h"
#include "userspace/ring/message/message.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/message/wording.h"

namespace pi_ring {
namespace {

constexpr int kNotSaid = -1;

struct ServiceOptions {
  std::filesystem::path config;
  std::filesystem::path model;
  std::filesystem::path training_folder;
  int rank = kNotSaid;
  int ranks = 0;  // 0: as the model was cut
  int threads = 0;
  double patience = 60.0;  // seconds
  std::string up = kUpDevice;
  std::string down = kDownDevice;
};

ModelFolder open_model_of_service(const ServiceOptions& options) {
  if (options.model.empty()) {
    throw WrongCall("rank needs a model: --model, or in ring.yaml");
  }
  return ModelFolder(options.model);
}

// A shard names its rank and the number of ranks.
RankOptions rank_of(const ServiceOptions& options, const ModelFolder& model) {
  RankOptions rank;
  rank.rank = options.rank;
  rank.ranks = options.ranks;
  rank.patience = milliseconds_of(options.patience);
  give_threads(rank, options.threads, 1);
  if (const auto shard = model.single_shard()) {
    if (rank.rank == kNotSaid) rank.rank = shard->rank;
    if (rank.ranks == 0) rank.ranks = shard->ranks;
  }
  if (rank.ranks == 0 || rank.rank == kNotSaid) {
    throw WrongCall(options.model.string() +
                    " is not a single shard: give --rank and --ranks");
  }
  if (rank.rank >= rank.ranks - 1) {
    throw WrongCall(name_of_rank(rank.rank) + " of " +
                    std::to_string(rank.ranks) +
                    (rank.rank == rank.ranks - 1
                         ? " is the head: that is `pi-ring generate --link "
                           "gpio`, not a service"
                         : " does not exist"));
  }
  return rank;
}

// Writes the line in one call, so that another process's output cannot split
// it.
void log_line(const std::string& line) {
  std::cerr << "pi-ring rank: " + neighbours_text(line) + "\n";
}

void wait_for(const std::string& device) {
  if (std::filesystem::exists(device)) return;
  log_line("waiting for " + device +
           ": is the module loaded (sudo modprobe pi_ring), and "
           "dtoverlay=pi-ring in config.txt?");
  while (!std::filesystem::exists(device)) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

void serve(ServiceOptions& options, CLI::App& command) {
  if (!options.config.empty()) read_config_file(options.config, command);
  const ModelFolder model = open_model_of_service(options);
  const RankOptions rank = rank_of(options, model);
  const Cut cut = choose_cut(model, rank.ranks);
  const Weights weights(model, cut.at(static_cast<size_t>(rank.rank)));
  const auto open = [&options] {
    wait_for(options.up);
    wait_for(options.down);
    return RankService::Links{std::make_unique<DeviceLink>(options.up),
                              std::make_unique<DeviceLink>(options.down)};
  };
  const PlanFolders folders{.model = options.model,
                            .training = options.training_folder};
  RankService(rank, weights, folders, open, log_line).run([&rank] {
    log_line(name_of_rank(rank.rank) + " of " + std::to_string(rank.ranks) +
             " waits for the head");
    notify_manager("READY=1");
  });
}

}  // namespace

void add_rank(CLI::App& app) {
  auto options = std::make_shared<ServiceOptions>();
  CLI::App* command = app.add_subcommand(
      "rank", "Serves as one rank of a ring of Pis, until it is stopped");
  command->add_option("--config", options->config,
                      "A file with these options, each as \"name: value\"");
  command->add_option("--model", options->model,
                      "This rank's shard, or a folder that holds it");
  command
      ->add_option("--rank", options->rank,
                   "This rank's number [as the shard says]")
      ->check(between(0, kMostRanks));
  command
      ->add_option("--ranks", options->ranks,
                   "Ranks in the ring [as the model was cut]")
      ->check(between(2, kMostRanks));
  command->add_option("--training-folder", options->training_folder,
                      "Trainings may read and write below this folder only, "
                      "and read --model [none: no reading elsewhere, no "
                      "checkpoints]");
  command->add_option("--threads", options->threads, "Threads [the processors]")
      ->check(between(1, kMostThreads));
  command
      ->add_option("--patience", options->patience,
                   "Seconds to wait for a neighbour in the middle of a message")
      ->check(between(0.1, 86400.0))
      ->capture_default_str();
  command->add_option("--up", options->up, "The device of the previous Pi")
      ->capture_default_str();
  command->add_option("--down", options->down, "The device of the next Pi")
      ->capture_default_str();
  command->footer(
      "Waits for its devices, then serves one head after the other. After a\n"
      "neighbour has restarted, the head sends the ring its text again and\n"
      "continues where it was.\n"
      "\n"
      "Examples:\n"
      "  pi-ring rank --model shards/rank-1\n"
      "  pi-ring rank --config /etc/pi-ring/ring.yaml");
  command->callback([options, command] { serve(*options, *command); });
}

}  // namespace pi_ring
