// Asks the kernel for the affinity mask and the quotas of the cgroup.
#include "userspace/commands/processors.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/base/control_group.h"

namespace pi_ring {
namespace {

int processors_in_mask() {
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return 1;
  return std::max(1, CPU_COUNT(&mask));
}

}  // namespace

int processors_in_quota(const std::string& cpu_max) {
  std::istringstream text(cpu_max);
  double quota = 0.0;
  double period = 0.0;
  // Without a limit the quota is "max".
  if (!(text >> quota >> period) || quota <= 0.0 || period <= 0.0) return 0;
  return static_cast<int>(std::clamp(std::ceil(quota / period), 1.0, 1e6));
}

int usable_processors() {
  int processors = processors_in_mask();
  for (const std::filesystem::path& folder : control_group_folders()) {
    std::ifstream file(folder / "cpu.max");
    std::string line;
    std::getline(file, line);
    if (const int allowed = processors_in_quota(line)) {
      processors = std::min(processors, allowed);
    }
  }
  return processors;
}

}  // namespace pi_ring
