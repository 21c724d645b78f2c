// A checkpoint's manifest.json: what the run was, and every file by its size.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/train/checkpoint.h"

namespace pi_ring {

inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kOptimizerFile = "optimizer.safetensors";
// After a tensor's name, of what AdamW keeps of it.
inline constexpr const char* kFirstMoment = ".m";
inline constexpr const char* kSecondMoment = ".v";

// Lists the sizes of the files that stand in the step's folder.
nlohmann::ordered_json manifest_json(const std::filesystem::path& step_folder,
                                     const Manifest& manifest);

// Throws BadInput, naming the file, where the manifest is damaged, or a file
// that it lists is missing or of another size.
Manifest read_manifest(const std::filesystem::path& step_folder);

}  // namespace pi_ring
