// Opens all of a model's files, and holds them to belong together.
#include "model/folder/model_folder.h"

#include <string>

#include "model/architecture/tensor_check.h"
#include "model/base/bad_input.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard.h"
#include "model/folder/shard_folder.h"

namespace pi_ring {

namespace fs = std::filesystem;

ModelFolder::ModelFolder(const fs::path& folder) : head_(folder) {
  const bool is_whole = fs::exists(folder / kWeightsFile);
  const int ranks = is_whole ? 0 : ranks_of_shards(folder);
  if (ranks > 0) {
    open_shards(folder, ranks);
  } else {
    open_whole();
  }
}

void ModelFolder::open_whole() {
  config_ = read_config(head_);
  const SafetensorsFile& file = tensors_.open(weights_file(head_));
  const auto mark = mark_of(file);
  if (mark && mark->shard.ranks > 1) {
    throw BadInput(file.path(), "holds rank " +
                                    std::to_string(mark->shard.rank) + " of " +
                                    std::to_string(mark->shard.ranks) +
                                    " only, expected a whole model");
  }
  check_tensors(config_, cut(config_.layers, 1).front(), file);
}

void ModelFolder::open_shards(const fs::path& folder, int ranks) {
  head_ = rank_folder(folder, ranks - 1);
  config_ = read_config(head_);
  uint64_t first = 0;
  for (int rank = 0; rank < ranks; ++rank) {
    const fs::path name = weights_file(rank_folder(folder, rank));
    const SafetensorsFile& file = tensors_.open(name);
    const auto mark = mark_of(file);
    if (!mark || mark->shard.rank != rank || mark->shard.ranks != ranks) {
      throw BadInput(name, "is not marked as rank " + std::to_string(rank) +
                               " of " + std::to_string(ranks));
    }
    if (rank == 0) first = mark->fingerprint;
    if (mark->fingerprint != first || mark->config != fingerprint_of(config_)) {
      throw BadInput(name, "is a shard of another model than those beside it");
    }
    check_tensors(config_, mark->shard, file);
  }
}

}  // namespace pi_ring
