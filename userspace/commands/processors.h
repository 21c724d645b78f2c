// How many processors this process may use.
#pragma once

#include <string>

namespace pi_ring {

// Returns the number of processors in this process's affinity mask, or fewer
// where its cgroup has a quota of processor time; at least 1.
int usable_processors();

// Returns the processors that a cgroup's cpu.max allows, "QUOTA PERIOD" in
// microseconds, rounded up; 0 where it sets no limit.
int processors_in_quota(const std::string& cpu_max);

}  // namespace pi_ring
