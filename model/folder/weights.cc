// Opens one rank's tensors and hands them out.
#include "model/folder/weights.h"

#include <optional>
#include <stdexcept>

#include "model/architecture/tensor_check.h"
#include "model/base/bad_input.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/safetensors.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

std::string of_ranks(int rank, int ranks) {
  return "rank " + std::to_string(rank) + " of " + std::to_string(ranks);
}

// Where the rank's own folder is missing, the others may tell why.
void explain_missing(const fs::path& model, int ranks, int rank) {
  const int found = ranks_of_shards(model);
  if (found == 0) return;
  if (found == ranks) {
    throw BadInput(rank_folder(model, rank),
                   "holds no " + std::string(kWeightsFile));
  }
  throw BadInput(model, "cut for " + std::to_string(found) +
                            " ranks, asked for " + std::to_string(ranks));
}

void check_mark(const SafetensorsFile& file, const ModelConfig& config,
                const ShardMark& mark, int ranks, int rank) {
  const Shard& held = mark.shard;
  if (held.ranks != ranks) {
    throw BadInput(file.path(), "cut for " + std::to_string(held.ranks) +
                                    " ranks, asked for " +
                                    std::to_string(ranks));
  }
  if (held.rank != rank) {
    throw BadInput(file.path(), "holds " + of_ranks(held.rank, held.ranks) +
                                    ", expected " + of_ranks(rank, ranks));
  }
  if (fingerprint_of(config) != mark.config) {
    throw BadInput(file.path().parent_path() / "config.json",
                   "is not the one that the shard beside it was cut with");
  }
  if (held.end > config.layers || ranks > config.layers + 1) {
    throw BadInput(file.path(),
                   "holds layers up to " + std::to_string(held.end) +
                       " of a model of " + std::to_string(config.layers));
  }
}

}  // namespace

Weights::Weights(const fs::path& model, int ranks, int rank) {
  if (rank < 0 || rank >= ranks) {
    throw std::invalid_argument("there is no " + of_ranks(rank, ranks));
  }
  const fs::path folder = folder_of_rank(model, rank);
  if (!fs::exists(folder / kWeightsFile)) explain_missing(model, ranks, rank);
  config_ = read_config(folder);
  file_ = std::make_unique<SafetensorsFile>(weights_file(folder));
  if (const std::optional<ShardMark> mark = mark_of(*file_)) {
    check_mark(*file_, config_, *mark, ranks, rank);
    shard_ = mark->shard;
    fingerprint_ = mark->fingerprint;
  } else if (folder != model) {
    throw BadInput(file_->path(),
                   "has no mark of a shard, expected " + of_ranks(rank, ranks));
  } else {
    shard_ = cut(config_.layers, ranks).at(static_cast<size_t>(rank));
    fingerprint_ = fingerprint_of(config_, *file_);
  }
  bytes();  // every tensor that this rank needs is there
  check_tensors(config_, shard_, *file_);
}

Weights::~Weights() = default;

uint64_t Weights::bytes() const {
  uint64_t sum = 0;
  for (const ModelTensor& tensor : tensors_of(config_, shard_)) {
    sum += file_->get(tensor.name, tensor.shape).bytes.size();
  }
  return sum;
}

uint64_t Weights::bytes_as_f32() const {
  uint64_t sum = 0;
  for (const ModelTensor& tensor : tensors_of(config_, shard_)) {
    sum += count_of(file_->get(tensor.name, tensor.shape)) * sizeof(float);
  }
  return sum;
}

Tensor Weights::take(const ModelTensor& tensor) const {
  return take(tensor.name, std::span(tensor.shape));
}

Tensor Weights::take(const std::string& name,
                     std::initializer_list<int64_t> shape) const {
  return take(name, std::span(shape.begin(), shape.size()));
}

Tensor Weights::take(const std::string& name,
                     std::span<const int64_t> shape) const {
  return {*file_, file_->get(name, shape)};
}

void Weights::row(const std::string& name, int64_t index,
                  std::span<float> out) const {
  const TensorView* view = file_->find(name);
  if (view == nullptr || view->shape.size() != 2 || !is_readable(view->dtype)) {
    throw BadInput(file_->path(), "has no matrix " + name);
  }
  if (index < 0 || index >= view->shape[0] ||
      out.size() != static_cast<uint64_t>(view->shape[1])) {
    throw std::out_of_range("no row " + std::to_string(index) + " of " +
                            std::to_string(out.size()) + " values in " + name +
                            " " + shape_text(view->shape));
  }
  copy_values(*view, static_cast<uint64_t>(index) * out.size(), out);
}

void Weights::give_back(const std::string& name) const {
  if (const TensorView* view = file_->find(name)) file_->give_back(view->bytes);
}

}  // namespace pi_ring
