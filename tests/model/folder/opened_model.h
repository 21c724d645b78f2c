// Models opened in one call, for tests that need one rank of them.
#pragma once

#include <filesystem>

#include "model/folder/model_folder.h"
#include "model/folder/shard.h"
#include "model/folder/weights.h"

namespace pi_ring {

inline Weights open_weights(const std::filesystem::path& path, int ranks,
                            int rank) {
  const ModelFolder model(path);
  return {model, model.cut_for(ranks).at(static_cast<size_t>(rank))};
}

// Cut evenly.
inline void write_shards(const std::filesystem::path& path, int ranks,
                         const std::filesystem::path& out) {
  const ModelFolder model(path);
  write_shards(model, even_cut(model.config().layers, ranks), out);
}

}  // namespace pi_ring
