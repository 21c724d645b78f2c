// A model's shape, as its folder's config.json tells it, and the limits of its
// numbers, whatever file they come from: everything that is computed from
// numbers within them fits 64 bits.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/architecture/architecture.h"
#include "model/architecture/rope_scaling.h"

namespace pi_ring {

inline constexpr int kNoToken = -1;

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
  RopeScaling rope_scaling;
  int head_width = 0;  // where it is given; otherwise dim / heads
  // Scores are divided by the root of this, or of the head's width if it is 0.
  float query_scalar = 0.0F;
  // Layers that see the last `window` positions only, if there are any, and
  // theta there; 0 where it is that of the others.
  int window = 0;
  std::vector<bool> windowed;  // by layer; empty where none is
  float window_theta = 0.0F;
  FileFormat format = FileFormat::kSafetensors;
  bool tied = true;  // the classifier is the embedding
  // The file does not say so: whether there is a classifier decides.
  bool tying_is_open = false;
  int bos = 1;                 // kNoToken: no text begins with one
  std::vector<int> eos = {2};  // each ends a text

  int head_dim() const { return head_width > 0 ? head_width : dim / heads; }
  int q_dim() const { return head_dim() * heads; }
  int kv_dim() const { return head_dim() * kv_heads; }
  // Queries, keys and values of one position, side by side.
  int qkv_dim() const { return q_dim() + 2 * kv_dim(); }
  // What the feed-forward layer computes from one position: gates, if it has
  // them, and ups.
  int lift_dim() const {
    return has_role(*architecture, Role::kGate) ? 2 * hidden_dim : hidden_dim;
  }
  // What scores are multiplied by.
  float score_scale() const {
    const auto width = static_cast<float>(head_dim());
    return 1.0F / std::sqrt(query_scalar > 0.0F ? query_scalar : width);
  }
  bool is_windowed(int layer) const {
    return !windowed.empty() && windowed[static_cast<size_t>(layer)];
  }
  // The first position that a query at `position` of this layer sees.
  int first_seen(int layer, int position) const {
    return is_windowed(layer) ? std::max(0, position - window + 1) : 0;
  }
};

// Reads config.json, and the end tokens of generation_config.json if it is
// there. Throws BadInput where the file is missing, damaged, of an unknown
// architecture, has a field that is not known, or its numbers do not fit each
// other.
ModelConfig read_config(const std::filesystem::path& folder);
// The same from an object such as config.json's, which `file` says in its way.
ModelConfig config_from(const nlohmann::json& object,
                        const std::filesystem::path& file);
void write_config(const ModelConfig& config,
                  const std::filesystem::path& folder);

inline constexpr int64_t kLargestDim = int64_t{1} << 20;
inline constexpr int64_t kMostLayers = int64_t{1} << 14;
inline constexpr int64_t kLargestVocab = int64_t{1} << 24;
inline constexpr size_t kMostEndTokens = 64;
inline constexpr int64_t kLongestContext = int64_t{1} << 24;

// `value` where it is 1 to `most`; otherwise BadInput naming file and field.
int checked_count(const std::filesystem::path& file, std::string_view field,
                  int64_t value, int64_t most);

// Throws BadInput where the numbers, each within its limits, do not fit each
// other.
void check_config(const ModelConfig& config, const std::filesystem::path& file);

}  // namespace pi_ring
