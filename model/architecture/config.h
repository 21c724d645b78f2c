// A model's shape, as its folder's config.json tells it.
#pragma once

#include <filesystem>
#include <string>

namespace pi_ring {

struct ModelConfig {
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
};

// Throws BadInput where the file is missing, damaged, of another architecture,
// or its numbers do not fit each other.
ModelConfig read_config(const std::filesystem::path& folder);
void write_config(const ModelConfig& config,
                  const std::filesystem::path& folder);

}  // namespace pi_ring
