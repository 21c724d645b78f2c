// A model's config from and to the metadata of a GGUF file.
#pragma once

#include "model/architecture/config.h"
#include "model/tensor/gguf_file.h"
#include "model/tensor/gguf_writer.h"

namespace pi_ring {

// Throws BadInput where the family is not known, a key of its own is not known,
// or the numbers do not fit each other.
ModelConfig read_gguf_config(const GgufFile& file);

// Adds the keys that llama.cpp reads, without those of the tokenizer. Throws
// BadInput, which names `model`, where they do not say all that the config
// does.
void add_gguf_config(const ModelConfig& config,
                     const std::filesystem::path& model,
                     GgufMetadata& metadata);

// One a pair of channels, by which RoPE's angles are divided.
inline constexpr const char* kRopeDivisors = "rope_freqs.weight";
// Whether the ends are tied, on a shard, which may have neither.
inline constexpr const char* kTiedKey = "pi_ring.tied";

}  // namespace pi_ring
