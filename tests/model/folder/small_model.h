// A model of a few kilobytes, for tests that need a whole folder.
#pragma once

#include <cstdint>
#include <filesystem>

#include "model/folder/random_model.h"
#include "tests/file_text.h"

namespace pi_ring {

inline ModelConfig small_config(bool tied = true) {
  ModelConfig config;
  config.name = "small";
  config.dim = 8;
  config.hidden_dim = 12;
  config.layers = 3;
  config.heads = 4;
  config.kv_heads = 2;
  config.vocab = 16;
  config.context = 32;
  config.tied = tied;
  return config;
}

inline void write_small_model(const std::filesystem::path& folder,
                              bool tied = true, uint64_t seed = 1,
                              DType type = DType::F32) {
  write_random_model(small_config(tied), seed, type, folder);
  write_file_text(folder / "tokenizer.json", "{}");
}

}  // namespace pi_ring
