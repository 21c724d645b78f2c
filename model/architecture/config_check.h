// The limits of a model's numbers, whatever file they come from: everything
// that is computed from numbers within them fits 64 bits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "model/architecture/config.h"

namespace pi_ring {

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
