// Tells a checkpoint from a model.
#include "userspace/commands/model_source.h"

#include "model/folder/shard_folder.h"
#include "model/train/checkpoint.h"
#include "model/train/checkpoint_manifest.h"
#include "userspace/commands/ranks.h"

namespace pi_ring {

ModelSource find_model(const std::filesystem::path& model, int asked) {
  ModelSource source;
  source.from = model;
  if (std::filesystem::exists(model / kManifestFile)) {
    const Checkpoint checkpoint(model);
    source.config = checkpoint.config();
    source.ranks = asked > 0 ? asked : checkpoint.manifest().ranks;
    check_ranks(source.ranks, source.config);
    source.tokenizer = checkpoint.tokenizer_folder();
    source.start = TrainPlan::Start::kValues;
    return source;
  }
  source.ranks = resolve_ranks(model, asked);
  source.tokenizer = folder_of_rank(model, source.ranks - 1);
  source.config = read_config(source.tokenizer);
  return source;
}

}  // namespace pi_ring
