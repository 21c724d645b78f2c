// The control groups (cgroup version 2) whose limits hold for this process.
#pragma once

#include <filesystem>
#include <vector>

namespace pi_ring {

// Returns the folders of this process's group and of all groups above it; a
// limit of any of them counts. A folder need not exist: a machine may have no
// groups of this version.
std::vector<std::filesystem::path> control_group_folders();

}  // namespace pi_ring
