// Reads a checkpoint as a run that resumes would.
#include "userspace/commands/train/checkpoint_check.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <nlohmann/json.hpp>

#include "model/base/bad_input.h"
#include "model/base/wording.h"
#include "model/folder/shard_folder.h"
#include "model/text/tokenizer.h"
#include "userspace/commands/formatted.h"
#include "userspace/commands/train/log_prefix.h"
#include "userspace/commands/train/stored_call.h"
#include "userspace/commands/train/train_options.h"
#include "userspace/commands/train/train_source.h"

namespace pi_ring {
namespace {

// Reads the stored options with a parser of its own.
void check_options(const Checkpoint& checkpoint) {
  const std::filesystem::path file = checkpoint.model.path() / kManifestFile;
  if (!holds_options(checkpoint.manifest.options)) {
    throw BadInput(file, "its options are not those of a training");
  }
  TrainOptions options;
  CLI::App parser;
  options.add_to(parser);
  try {
    restore_options(parser, checkpoint);
  } catch (const CLI::Error& error) {
    throw BadInput(file,
                   std::string("its options are damaged: ") + error.what());
  }
}

}  // namespace

CheckedFiles check_files(const Checkpoint& checkpoint) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  CheckedFiles checked;
  checked.read = verify(checkpoint);
  checked.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const ModelFolder& model = checkpoint.model;
  const Tokenizer tokenizer(model.tokenizer_folder(), model.config().vocab);
  check_options(checkpoint);
  return checked;
}

void check_log(const Checkpoint& checkpoint,
               const std::filesystem::path& run_folder) {
  const std::filesystem::path file = log_file(run_folder);
  const Manifest& manifest = checkpoint.manifest;
  const LogPrefix log = read_log(file, manifest.mark.step, manifest.log);
  if (manifest.log) return;
  if (!log.records.empty() && log.records.front().step == 1) return;
  throw BadInput(file, "has no line for step 1");
}

std::string describe(const CheckedFiles& checked, const Manifest& manifest) {
  const double megabytes = static_cast<double>(checked.read.bytes) / 1e6;
  const double rate = checked.seconds > 0 ? megabytes / checked.seconds : 0.0;
  return grouped(checked.read.files) + " files, " +
         grouped(checked.read.bytes) + " bytes in " +
         formatted("%.3f s (%.0f MB/s)", checked.seconds, rate) +
         (manifest.has_checksums ? ""
                                 : "; it was saved without checksums, so a "
                                   "changed byte may not be noticed");
}

}  // namespace pi_ring
