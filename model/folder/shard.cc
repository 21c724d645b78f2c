// Cuts a model into one folder a rank.
#include "model/folder/shard.h"

#include <memory>
#include <string>

#include "model/architecture/cut.h"
#include "model/base/bad_input.h"
#include "model/base/new_file.h"
#include "model/folder/fingerprint.h"
#include "model/folder/gguf_shard.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/safetensors_writer.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

void write_weights(const ModelFolder& model, const TensorFiles& tensors,
                   const Shard& shard, const fs::path& folder) {
  const ShardMark mark{model.config().name, model.fingerprint(),
                       fingerprint_of(model.config()), shard};
  if (model.gguf() != nullptr) {
    return write_gguf_shard(model, tensors, mark, folder);
  }
  std::vector<TensorHeader> headers;
  for (const ModelTensor& tensor : tensors_of(model.config(), shard)) {
    const TensorView& view = tensors.get(tensor.name, tensor.file_shape());
    headers.push_back({view.name, view.dtype, view.shape});
  }
  SafetensorsWriter writer(folder / kWeightsFile, headers, metadata_of(mark));
  for (const TensorHeader& header : headers) {
    const TensorView& view = tensors.get(header.name, header.shape);
    writer.write(view.name, view.bytes);
    tensors.file_with(header.name).give_back(view.bytes);
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

void write_shards(const ModelFolder& model, const Cut& cut,
                  const fs::path& out) {
  if (model.ranks() > 0) {
    throw BadInput(model.path(), "is already shards of " +
                                     std::to_string(model.ranks()) +
                                     " ranks, expected a whole model");
  }
  const TensorFiles tensors = model.tensors();
  refuse_shards_in(out, static_cast<int>(cut.size()));
  // One RAII folder a rank, none final before all are whole.
  NewFolder made(out);
  std::vector<std::unique_ptr<NewFolder>> folders;
  for (const Shard& shard : cut) {
    const fs::path folder = rank_folder(out, shard.rank);
    folders.push_back(std::make_unique<NewFolder>(folder));
    write_weights(model, tensors, shard, folder);
    if (model.gguf() != nullptr) continue;  // all is in that file
    // Only the head turns text into tokens: the other Pis' cards have better
    // things to hold.
    if (shard.is_head()) copy_tokenizer(model.tokenizer_folder(), folder);
    write_config(model.config(), folder);
  }
  for (const auto& folder : folders) folder->commit();
  made.commit();
}

}  // namespace pi_ring
