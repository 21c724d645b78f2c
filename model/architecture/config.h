// A model's shape, as its folder's config.json tells it, and the limits of its
// numbers, whatever file they come from: everything that is computed from
// numbers within them fits 64 bits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "model/architecture/architecture.h"

namespace pi_ring {

struct ModelConfig {
  const Architecture* architecture = &kLlama;
  std::string name;  // for people: the folder's name unless the file says
  std::string note;  // said before a run, such as "untrained"; mostly empty
  int dim = 0;
  int hidden_dim = 0;
  int layers = 0;
  int heads = 0;
  int kv_heads = 0;
  int vocab = 0;
  int context = 0;
  float norm_epsilon = 1e-5F;
  float rope_theta = 10000.0F;
  bool tied = true;  // the classifier is the embedding
  int bos = 1;
  int eos = 2;

  int head_dim() const { return dim / heads; }
  int kv_dim() const { return head_dim() * kv_heads; }
  // Queries, keys and values of one position, side by side.
  int qkv_dim() const { return dim + 2 * kv_dim(); }
};

// Throws BadInput where the file is missing, damaged, of an unknown
// architecture, has a field that is not known, or its numbers do not fit each
// other.
ModelConfig read_config(const std::filesystem::path& folder);
void write_config(const ModelConfig& config,
                  const std::filesystem::path& folder);

inline constexpr int64_t kLargestDim = int64_t{1} << 20;
inline constexpr int64_t kMostLayers = int64_t{1} << 14;
inline constexpr int64_t kLargestVocab = int64_t{1} << 24;
inline constexpr int64_t kLongestContext = int64_t{1} << 24;

// `value` where it is 1 to `most`; otherwise BadInput naming file and field.
int checked_count(const std::filesystem::path& file, std::string_view field,
                  int64_t value, int64_t most);

// Throws BadInput where the numbers, each within its limits, do not fit each
// other.
void check_config(const ModelConfig& config, const std::filesystem::path& file);

}  // namespace pi_ring
