// Cuts a model into one folder a rank.
#include "model/folder/shard.h"

#include <memory>
#include <string>

#include "model/architecture/cut.h"
#include "model/architecture/tensor_check.h"
#include "model/base/bad_input.h"
#include "model/base/new_file.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/safetensors.h"
#include "model/tensor/safetensors_writer.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

struct Whole {
  const ModelConfig& config;
  const SafetensorsFile& file;
  uint64_t fingerprint;
};

void write_weights(const Whole& model, const Shard& shard,
                   const fs::path& folder) {
  std::vector<TensorHeader> headers;
  for (const ModelTensor& tensor : tensors_of(model.config, shard)) {
    const TensorView& view = model.file.get(tensor.name, tensor.shape);
    headers.push_back({view.name, view.dtype, view.shape});
  }
  const ShardMark mark{model.config.name, model.fingerprint,
                       fingerprint_of(model.config), shard};
  SafetensorsWriter writer(folder / kWeightsFile, headers, metadata_of(mark));
  for (const TensorHeader& header : headers) {
    const TensorView& view = model.file.get(header.name, header.shape);
    writer.write(view.name, view.bytes);
    model.file.give_back(view.bytes);
  }
  writer.commit();
}

// Never over older shards: a rank of one cut beside a rank of another is a
// ring that does not start.
void refuse_shards_in(const fs::path& out, int ranks) {
  for (int rank = 0; rank < ranks; ++rank) {
    if (!fs::exists(rank_folder(out, rank))) continue;
    throw BadInput(rank_folder(out, rank),
                   "is already there, expected a new folder");
  }
}

}  // namespace

void write_shards(const fs::path& model, int ranks, const fs::path& out) {
  if (const int already = ranks_of_shards(model)) {
    throw BadInput(model, "is already shards of " + std::to_string(already) +
                              " ranks, expected a whole model");
  }
  const ModelConfig config = read_config(model);
  const std::vector<Shard> shards = cut(config.layers, ranks);
  const SafetensorsFile file(weights_file(model));
  check_tensors(config, cut(config.layers, 1).front(), file);
  const Whole whole{config, file, fingerprint_of(config, file)};
  refuse_shards_in(out, ranks);
  // One RAII folder a rank, none final before all are whole.
  NewFolder made(out);
  std::vector<std::unique_ptr<NewFolder>> folders;
  for (const Shard& shard : shards) {
    const fs::path folder = rank_folder(out, shard.rank);
    folders.push_back(std::make_unique<NewFolder>(folder));
    write_weights(whole, shard, folder);
    // Only the head turns text into tokens: the other Pis' cards have better
    // things to hold.
    if (shard.is_head()) copy_tokenizer(model, folder);
    write_config(config, folder);
  }
  for (const auto& folder : folders) folder->commit();
  made.commit();
}

int ranks_of_shards(const fs::path& model) {
  if (fs::exists(model / kWeightsFile)) {
    const auto mark = mark_of(SafetensorsFile(weights_file(model)));
    return mark ? mark->shard.ranks : 0;
  }
  if (!fs::is_directory(model)) return 0;
  // A Pi may hold its own rank's folder only: any of them will do.
  for (const auto& entry : fs::directory_iterator(model)) {
    const bool named = entry.path().filename().string().starts_with("rank-");
    if (!named || !fs::exists(entry.path() / kWeightsFile)) continue;
    const auto mark = mark_of(SafetensorsFile(weights_file(entry.path())));
    if (mark) return mark->shard.ranks;
  }
  return 0;
}

}  // namespace pi_ring
