// What a test of a link has found, for people and for programs.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "userspace/link/driver_statistics.h"

namespace pi_ring {

struct HopReport {
  std::string name;
  uint64_t bytes = 0;
  double seconds = 0;
};

struct LoopbackReport {
  std::vector<HopReport> hops;
  std::vector<std::chrono::nanoseconds> round_trips;  // sorted
  // By device, for the time of the test; empty where there is no driver.
  std::map<std::string, DriverStatistics> driver;
  // By device, how long one sample of its lines takes.
  std::map<std::string, uint64_t> sample_ns;
};

std::string loopback_table(const LoopbackReport& report);
std::string loopback_json(const LoopbackReport& report);

}  // namespace pi_ring
