// Reads /proc/meminfo, and memory.max of each control group.
#include "userspace/ring/train/free_memory.h"

#include <algorithm>
#include <fstream>
#include <string>

#include "model/base/control_group.h"

namespace pi_ring {
namespace {

constexpr uint64_t kUnknown = UINT64_MAX;  // which is no reason to fail

// Returns the number after a word, as in lines of "inactive_file 4096".
uint64_t number_after(std::ifstream& file, const std::string& name,
                      uint64_t otherwise) {
  for (std::string word; file >> word;) {
    uint64_t number = 0;
    if (word == name && file >> number) return number;
  }
  return otherwise;
}

uint64_t number_in(const std::filesystem::path& path, uint64_t otherwise) {
  std::ifstream file(path);
  uint64_t number = 0;
  // Without a limit the file reads "max".
  return file >> number ? number : otherwise;
}

uint64_t pages_of_files(const std::filesystem::path& folder) {
  uint64_t sum = 0;
  for (const char* name : {"inactive_file", "active_file"}) {
    std::ifstream file(folder / "memory.stat");
    sum += number_after(file, name, 0);
  }
  return sum;
}

uint64_t free_in_machine() {
  std::ifstream info("/proc/meminfo");
  const uint64_t kilobytes = number_after(info, "MemAvailable:", kUnknown);
  return kilobytes == kUnknown ? kUnknown : kilobytes * 1024;
}

}  // namespace

uint64_t free_in_group(const std::filesystem::path& folder) {
  const uint64_t limit = number_in(folder / "memory.max", kUnknown);
  if (limit == kUnknown) return kUnknown;
  const uint64_t used = number_in(folder / "memory.current", 0);
  const uint64_t files = std::min(used, pages_of_files(folder));
  return limit - std::min(limit, used - files);
}

uint64_t free_memory() {
  uint64_t free = free_in_machine();
  for (const std::filesystem::path& folder : control_group_folders()) {
    free = std::min(free, free_in_group(folder));
  }
  return free;
}

}  // namespace pi_ring
