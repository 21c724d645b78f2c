// One rank's tensors: mapped from the model's folder, checked for shape and
// finiteness as they are taken, given back to the kernel after use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

class SafetensorsFile;

class Weights {
 public:
  // Opens rank `rank` of a ring of `ranks`: the whole model's folder, of which
  // only that rank's tensors are touched, or what write_shards made of it.
  // Throws BadInput where the folder is damaged, was cut for another number of
  // ranks, or lacks a tensor that this rank needs.
  Weights(const std::filesystem::path& model, int ranks, int rank);
  ~Weights();

  const ModelConfig& config() const { return config_; }
  const Shard& shard() const { return shard_; }
  // The same for every shard of one model, different for different models.
  uint64_t fingerprint() const { return fingerprint_; }
  // The size of this rank's tensors in the file, and as the f32 that it
  // computes with.
  uint64_t bytes() const;
  uint64_t bytes_as_f32() const;

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
  std::unique_ptr<SafetensorsFile> file_;
};

}  // namespace pi_ring
