#include "userspace/link/driver_statistics.h"

#include <filesystem>
#include <fstream>

namespace pi_ring {

DriverStatistics read_driver_statistics(const std::string& device) {
  namespace fs = std::filesystem;
  DriverStatistics statistics;
  std::error_code none;
  const fs::path folder =
      fs::path("/sys/class/misc") / fs::path(device).filename() / "statistics";
  for (const auto& file : fs::directory_iterator(folder, none)) {
    uint64_t number = 0;
    if (std::ifstream(file.path()) >> number) {
      statistics[file.path().filename()] = number;
    }
  }
  return statistics;
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
