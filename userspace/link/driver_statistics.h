// Reads the driver's counters of a device from sysfs.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace pi_ring {

using DriverStatistics = std::map<std::string, uint64_t>;

// Returns the counters of the device at this path; empty where the driver has
// no such device.
DriverStatistics read_driver_statistics(const std::string& device);

// Returns how long one sample of this device's lines takes; 0 where the driver
// has no such device.
uint64_t read_sample_ns(const std::string& device);

// Returns what has been added to each counter between two reads.
DriverStatistics since(const DriverStatistics& before,
                       const DriverStatistics& now);

}  // namespace pi_ring
