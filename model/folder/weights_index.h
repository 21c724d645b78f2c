// A model's safetensors: one file, or several with a list of what is in which.
#pragma once

#include <filesystem>
#include <memory>

#include "model/tensor/safetensors.h"

namespace pi_ring {

// Whether the folder has the one file, or the list.
bool has_safetensors(const std::filesystem::path& folder);

// Maps model.safetensors or, where it is not there, the files that
// model.safetensors.index.json names, as if they were one. Throws BadInput
// where one is missing or damaged, the list names a tensor that its file does
// not have, or a tensor is in two files.
std::shared_ptr<SafetensorsFile> open_safetensors_of(
    const std::filesystem::path& folder);

}  // namespace pi_ring
