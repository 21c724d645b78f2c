// A safetensors header's entries, from JSON that may say anything.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "model/tensor/safetensors.h"

namespace pi_ring {

inline constexpr const char* kMetadataKey = "__metadata__";
// The eight bytes before the header: its length.
inline constexpr size_t kLengthBytes = 8;
// The format's own limit.
inline constexpr uint64_t kLongestHeader = 100'000'000;

SafetensorsFile::Metadata parse_metadata(const nlohmann::json& entry,
                                         const std::filesystem::path& file);

// Looks only at the one entry: type, shape, and a range inside `data` of the
// size that these two ask for.
TensorView parse_tensor(const std::string& name, const nlohmann::json& entry,
                        std::span<const std::byte> data,
                        const std::filesystem::path& file);

}  // namespace pi_ring
