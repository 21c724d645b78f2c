// Hands out one rank's tensors.
#include "model/folder/weights.h"

#include <stdexcept>

#include "model/architecture/tensor_check.h"
#include "model/base/bad_input.h"
#include "model/tensor/tensor.h"
#include "model/tensor/tensor_file.h"

namespace pi_ring {

Weights::Weights(const ModelFolder& model, const Shard& shard)
    : config_(model.config()),
      shard_(shard),
      fingerprint_(model.fingerprint()) {
  if (shard.rank < 0 || shard.rank >= shard.ranks) {
    throw std::invalid_argument("there is no rank " +
                                std::to_string(shard.rank) + " of " +
                                std::to_string(shard.ranks));
  }
  if (model.is_cut()) {
    const ModelPart& part = model.part_of(shard);
    config_ = part.config;
    fingerprint_ = part.mark->fingerprint;
    files_.add(part.tensors);
  } else {
    files_ = model.files();
  }
  bytes();  // every tensor that this rank needs is there
  for (const auto& file : files_.all()) {
    check_tensors(config_, shard_, *file);
  }
}

uint64_t Weights::bytes() const {
  uint64_t sum = 0;
  for (const ModelTensor& tensor : tensors_of(config_, shard_)) {
    sum += files_.get(tensor.name, tensor.file_shape()).bytes.size();
  }
  return sum;
}

uint64_t Weights::bytes_as_f32() const {
  uint64_t sum = 0;
  for (const ModelTensor& tensor : tensors_of(config_, shard_)) {
    const TensorView& view = files_.get(tensor.name, tensor.file_shape());
    sum += count_of(view) * sizeof(float);
  }
  return sum;
}

Tensor Weights::take(const ModelTensor& tensor) const {
  return take(tensor.name, std::span<const int64_t>(tensor.file_shape()));
}

Tensor Weights::take(const std::string& name,
                     std::initializer_list<int64_t> shape) const {
  return take(name, std::span(shape.begin(), shape.size()));
}

Tensor Weights::take(const std::string& name,
                     std::span<const int64_t> shape) const {
  if (taken_ != nullptr) *taken_ += files_.get(name, shape).bytes.size();
  return files_.take(name, shape);
}

void Weights::row(const std::string& name, int64_t index,
                  std::span<float> out) const {
  const TensorFile& file = files_.file_with(name);
  const TensorView* view = file.find(name);
  if (view == nullptr || view->shape.size() != 2 || !is_readable(view->dtype)) {
    throw BadInput(file.path(), "has no matrix " + name);
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
  const TensorFile& file = files_.file_with(name);
  if (const TensorView* view = file.find(name)) file.give_back(view->bytes);
}

}  // namespace pi_ring
