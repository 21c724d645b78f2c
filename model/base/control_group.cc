// Asks /proc for the group, and names the folders above it.
#include "model/base/control_group.h"

#include <fstream>
#include <string>

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// Returns the group below the mount of version 2, as "/user.slice".
fs::path group_of_process() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return {};
}

}  // namespace

std::vector<fs::path> control_group_folders() {
  const fs::path root = "/sys/fs/cgroup";
  std::vector<fs::path> folders;
  fs::path group = group_of_process().relative_path();
  for (; !group.empty(); group = group.parent_path()) {
    folders.push_back(root / group);
  }
  folders.push_back(root);
  return folders;
}

}  // namespace pi_ring
