// How much memory a rank may still take.
#pragma once

#include <cstdint>
#include <filesystem>

namespace pi_ring {

// Returns what the kernel expects to give this process without swapping: the
// machine's free memory, or less where a control group limits it.
uint64_t free_memory();

// Returns what is left below the limit of the control group in this folder;
// UINT64_MAX where it has none. Pages of files count as free, since the kernel
// takes them back.
uint64_t free_in_group(const std::filesystem::path& folder);

}  // namespace pi_ring
