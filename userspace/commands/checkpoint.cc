// `pi-ring checkpoint verify`: looks for damage in checkpoints.
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/interruption.h"
#include "model/folder/shard_folder.h"
#include "userspace/commands/command.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/train/checkpoint_check.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

struct VerifyOptions {
  fs::path folder;
  bool json = false;
};

struct Verdict {
  fs::path folder;
  std::optional<CheckedFiles> checked;
  std::optional<Manifest> manifest;
  std::optional<std::string> damage;
};

// The checkpoints of a run, the oldest first, or the one that is named.
std::vector<fs::path> checkpoints_in(const fs::path& folder) {
  if (fs::exists(folder / kManifestFile)) return {folder};
  std::vector<fs::path> found;
  for (const int64_t step : steps_in(folder)) {
    found.insert(found.begin(), checkpoint_folder(folder, step));
  }
  if (found.empty()) throw BadInput(folder, "holds no checkpoint");
  return found;
}

// `run` is empty where the checkpoint was named without its run, whose log may
// not be there.
Verdict look_at(const fs::path& folder, const fs::path& run) {
  Verdict verdict;
  verdict.folder = folder;
  verdict.damage = failure_of([&] {
    const Checkpoint checkpoint = open_checkpoint(folder);
    verdict.manifest = checkpoint.manifest;
    verdict.checked = check_files(checkpoint);
    if (!run.empty()) check_log(checkpoint, run);
  });
  return verdict;
}

std::string line_of(const Verdict& verdict) {
  const std::string start = verdict.folder.string() + ": ";
  if (verdict.damage) return start + "damaged: " + *verdict.damage;
  return start + "good: " + describe(*verdict.checked, *verdict.manifest);
}

std::string json_of(const Verdict& verdict) {
  nlohmann::ordered_json json = {{"checkpoint", verdict.folder.string()},
                                 {"good", !verdict.damage}};
  if (verdict.manifest) {
    json["step"] = verdict.manifest->mark.step;
    json["checksums"] = verdict.manifest->has_checksums;
  }
  if (verdict.checked) {
    json["files"] = verdict.checked->read.files;
    json["bytes"] = verdict.checked->read.bytes;
    json["seconds"] = verdict.checked->seconds;
  }
  if (verdict.damage) json["damage"] = *verdict.damage;
  return json.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false,
                   nlohmann::json::error_handler_t::replace);
}

void verify_all(const VerifyOptions& options) {
  const StopRequest stop;
  const std::vector<fs::path> found = checkpoints_in(options.folder);
  const bool is_run = found.front() != options.folder;
  size_t damaged = 0;
  for (const fs::path& folder : found) {
    const Verdict verdict =
        look_at(folder, is_run ? options.folder : fs::path());
    if (verdict.damage) ++damaged;
    write_output((options.json ? json_of(verdict) : line_of(verdict)) + "\n");
  }
  if (damaged == 0) return;
  throw std::runtime_error(std::to_string(damaged) + " of " +
                           std::to_string(found.size()) + " damaged");
}

void add_verify(CLI::App& app) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand(
      "verify", "Reads checkpoints whole, and says which are damaged");
  command
      ->add_option("DIR", options->folder,
                   "The folder of a run (--save), or of one checkpoint")
      ->required();
  command->add_flag("--json", options->json,
                    "Print a JSON object for each checkpoint");
  command->footer(
      "Compares every file with the size and checksum in the manifest, and\n"
      "looks for values that are not finite. In a run's folder the log is\n"
      "compared too. Prints a line for each checkpoint. Exits with 1 where\n"
      "one is damaged; `train --resume` then takes the newest good one.\n"
      "\n"
      "Examples:\n"
      "  pi-ring checkpoint verify run\n"
      "  pi-ring checkpoint verify run/step-00000100 --json");
  command->callback([options] { verify_all(*options); });
}

}  // namespace

void add_checkpoint(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("checkpoint", "Looks at a training's checkpoints");
  command->require_subcommand(1);
  add_verify(*command);
}

}  // namespace pi_ring
