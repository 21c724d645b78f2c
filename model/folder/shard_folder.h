// What a rank's files are called, and what a shard's metadata say of it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/tensor/tensor_file.h"

namespace pi_ring {

inline constexpr const char* kConfigFile = "config.json";
inline constexpr const char* kWeightsFile = "model.safetensors";
inline constexpr const char* kTokenizerFile = "tokenizer.json";
// A checkpoint has the first beside its ranks' folders, and the second in each.
inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kOptimizerFile = "optimizer.safetensors";

// out/rank-K, as write_shards lays it out.
std::filesystem::path rank_folder(const std::filesystem::path& shards,
                                  int rank);

// Copies the files of a tokenizer that are there: a bare set of weights has
// none. Returns their names.
std::vector<std::string> copy_tokenizer(const std::filesystem::path& from,
                                        const std::filesystem::path& to);

// What a shard is, as its safetensors' metadata carry it.
struct ShardMark {
  std::string model;
  uint64_t fingerprint = 0;
  uint64_t config = 0;  // the fingerprint of config.json as it was
  Shard shard;
};

std::map<std::string, std::string> metadata_of(const ShardMark& mark);
// Nothing for a whole model; BadInput where the metadata make no sense.
std::optional<ShardMark> mark_of(const TensorFile& file);

}  // namespace pi_ring
