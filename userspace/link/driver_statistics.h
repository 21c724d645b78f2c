// What the driver counts of a device, in sysfs.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace pi_ring {

using DriverStatistics = std::map<std::string, uint64_t>;

// Of the device at this path; empty where it is none of the driver's.
DriverStatistics read_driver_statistics(const std::string& device);

// What has been added to each since.
DriverStatistics since(const DriverStatistics& before,
                       const DriverStatistics& now);

}  // namespace pi_ring
