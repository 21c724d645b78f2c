// The metadata of a GGUF file by the keys of its family, each of which is known
// or refused by name.
#pragma once

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/architecture/architecture.h"
#include "model/tensor/gguf_file.h"

namespace pi_ring {

// A key of a family, without the family's name, and its names in config.json:
// those of most families, and GPT-2's.
struct GgufKey {
  std::string_view key;
  const char* field;
  const char* gpt2 = nullptr;
};

inline constexpr std::array kGgufKeys = {
    GgufKey{"context_length", "max_position_embeddings", "n_positions"},
    GgufKey{"embedding_length", "hidden_size", "n_embd"},
    GgufKey{"block_count", "num_hidden_layers", "n_layer"},
    GgufKey{"feed_forward_length", "intermediate_size", "n_inner"},
    GgufKey{"attention.head_count", "num_attention_heads", "n_head"},
    GgufKey{"attention.head_count_kv", "num_key_value_heads"},
    GgufKey{"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
    GgufKey{"attention.layer_norm_epsilon", "", "layer_norm_epsilon"},
    GgufKey{"attention.key_length", "head_dim"},
    GgufKey{"attention.sliding_window", "sliding_window"},
    GgufKey{"rope.freq_base", "rope_theta"},
    GgufKey{"rope.freq_base_swa", "rope_local_base_freq"},
    GgufKey{"vocab_size", "vocab_size", "vocab_size"},
};

inline constexpr const char* kFamilyKey = "general.architecture";

// A view: `path` and `values` must outlive it. Keys are given without the
// family's name, unless it says otherwise. Every method may throw BadInput.
class GgufKeys {
 public:
  GgufKeys(const std::filesystem::path& path, const GgufFile::Values& values);

  const std::filesystem::path& path() const { return path_; }
  const Architecture& family() const { return family_; }
  bool is_gpt2() const { return family_.positions == Positions::kLearned; }

  // By the whole name; null where there is none.
  const GgufValue* find_whole(std::string_view name) const;
  const GgufValue* find(std::string_view key) const {
    return find_whole(full(key));
  }
  std::string full(std::string_view key) const;

  // One number or a flag; null where there is none.
  nlohmann::json number(std::string_view key) const;
  std::string text(std::string_view key) const;  // empty where there is none

  [[noreturn]] void refuse(std::string_view key,
                           const std::string& reason) const;
  // Refuses a key of the family that may change results and is not read.
  void check_known() const;

 private:
  const Architecture& read_family() const;
  nlohmann::json to_json(std::string_view key, const GgufValue& value) const;
  void check(const std::string& key, const GgufValue& value) const;

  const std::filesystem::path& path_;
  const GgufFile::Values& values_;
  const Architecture& family_;
};

}  // namespace pi_ring
