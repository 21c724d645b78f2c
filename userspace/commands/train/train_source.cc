// Reads what a checkpoint says of its run, and opens or draws the model.
#include "userspace/commands/train/train_source.h"

#include <algorithm>
#include <string>

#include "model/base/bad_input.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard_folder.h"
#include "userspace/commands/model_shape.h"
#include "userspace/commands/ranks.h"
#include "userspace/commands/train/stored_call.h"
#include "userspace/commands/train/train_text.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// Keys of a checkpoint's options: the texts' fingerprint, and the call.
constexpr const char* kData = "data";
constexpr const char* kCall = "call";

// A new model.
ModelSource draw_model(const TrainOptions& options, WorkFolder& work) {
  ModelSource source;
  source.config = config_of_shape(options.shape, kLlama);
  source.config.note.clear();
  source.tokenizer = prepare_tokenizer(options, work);
  source.config.vocab = vocab_of_tokenizer(source.tokenizer);
  const int ranks = std::max(1, options.ring.ranks);
  check_ranks(ranks, source.config);
  source.cut = even_cut(source.config.layers, ranks);
  return source;
}

}  // namespace

bool holds_options(const nlohmann::json& stored) {
  if (!stored.is_object() || !stored.contains(kCall) ||
      !stored.contains(kData) || !stored[kData].is_string() ||
      !stored[kCall].is_object()) {
    return false;
  }
  return std::ranges::all_of(stored[kCall], [](const auto& values) {
    return values.is_array() &&
           std::ranges::all_of(
               values, [](const auto& value) { return value.is_string(); });
  });
}

void restore_options(CLI::App& command, const Checkpoint& checkpoint) {
  restore_call(command, checkpoint.manifest.options.at(kCall));
}

nlohmann::json options_to_store(const CLI::App& command,
                                const TokenFile& data) {
  return {{kCall,
           store_call(command,
                      {"--data", "--val", "--model", "--shape", "--tokenizer"},
                      {"--save", "--resume", "--json", "--plot", "--threads",
                       "--patience", "--link", "--up", "--down"})},
          {kData, fingerprint_text(data.fingerprint())}};
}

void check_data(const Checkpoint& checkpoint, const TokenFile& data) {
  const auto& options = checkpoint.manifest.options;
  if (options.value(kData, std::string()) !=
      fingerprint_text(data.fingerprint())) {
    throw BadInput(checkpoint.model.path(),
                   "was trained on other texts than --data names now");
  }
}

ModelSource find_source(const TrainOptions& options, WorkFolder& work,
                        const std::optional<Checkpoint>& checkpoint) {
  if (!checkpoint && options.model.empty()) return draw_model(options, work);
  ModelSource source =
      source_of(checkpoint ? checkpoint->model : ModelFolder(options.model),
                options.ring.ranks);
  source.config.note.clear();
  if (checkpoint) {
    source.start = TrainPlan::Start::kCheckpoint;
    // The checkpoint will be removed when there are newer ones.
    copy_tokenizer(source.tokenizer, work.path());
    source.tokenizer = work.path();
  }
  return source;
}

}  // namespace pi_ring
