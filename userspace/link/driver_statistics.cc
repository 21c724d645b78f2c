#include "userspace/link/driver_statistics.h"

#include <filesystem>
#include <fstream>

namespace pi_ring {

namespace fs = std::filesystem;

namespace {

fs::path sysfs_folder(const std::string& device) {
  return fs::path("/sys/class/misc") / fs::path(device).filename();
}

}  // namespace

DriverStatistics read_driver_statistics(const std::string& device) {
  DriverStatistics statistics;
  std::error_code none;
  for (const auto& file :
       fs::directory_iterator(sysfs_folder(device) / "statistics", none)) {
    uint64_t number = 0;
    if (std::ifstream(file.path()) >> number) {
      statistics[file.path().filename()] = number;
    }
  }
  return statistics;
}

uint64_t read_sample_ns(const std::string& device) {
  uint64_t sample_ns = 0;
  std::ifstream(sysfs_folder(device) / "sample_ns") >> sample_ns;
  return sample_ns;
}

DriverStatistics since(const DriverStatistics& before,
                       const DriverStatistics& now) {
  DriverStatistics added;
  for (const auto& [name, number] : now) {
    const auto was = before.find(name);
    added[name] = was == before.end() ? number : number - was->second;
  }
  return added;
}

}  // namespace pi_ring
