// One rank's tensors: mapped by the model's folder, checked for shape and
// finiteness as they are taken, given back to the kernel after use.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/folder/model_folder.h"
#include "model/tensor/tensor.h"
#include "model/tensor/tensor_files.h"

namespace pi_ring {

class Weights {
 public:
  // The tensors that this shard of the model needs: of a model that is cut the
  // rank's own file, otherwise a part of them all. Opens nothing, and keeps the
  // files mapped that `model` has opened. Throws BadInput where the model was
  // cut otherwise, or a tensor is missing or not part of it.
  Weights(const ModelFolder& model, const Shard& shard);

  const ModelConfig& config() const { return config_; }
  const Shard& shard() const { return shard_; }
  // The same for every shard of one model, different for different models.
  uint64_t fingerprint() const { return fingerprint_; }
  // The size of this rank's tensors in the file, and as the f32 that it
  // computes with.
  uint64_t bytes() const;
  uint64_t bytes_as_f32() const;

  // Adds the size of each tensor that is taken from here on to this counter,
  // so that others see how far the loading is.
  void count_into(std::atomic<uint64_t>& taken) { taken_ = &taken; }

  // Whether products read the weights in the map, instead of a copy.
  bool computes_in_map() const {
    return files_.all().front()->computes_in_map();
  }

  // Throws BadInput if it is missing or misshaped.
  Tensor take(const ModelTensor& tensor) const;
  Tensor take(const std::string& name,
              std::initializer_list<int64_t> shape) const;
  Tensor take(const std::string& name, std::span<const int64_t> shape) const;
  // One row of a matrix as f32, without the check for finiteness.
  void row(const std::string& name, int64_t index, std::span<float> out) const;
  // Takes what row() touched out of this process's memory.
  void give_back(const std::string& name) const;

 private:
  ModelConfig config_;
  Shard shard_;
  uint64_t fingerprint_ = 0;
  TensorFiles files_;
  std::atomic<uint64_t>* taken_ = nullptr;
};

}  // namespace pi_ring
