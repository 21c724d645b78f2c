#include "userspace/commands/loopback/loopback_report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace pi_ring {
namespace {

using Trips = std::vector<std::chrono::nanoseconds>;

constexpr int kWidestBar = 40;

double microseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) * 1e-3;
}

// The one below which so large a share of them lies.
double percentile(const Trips& trips, double share) {
  const auto index =
      static_cast<size_t>(share * static_cast<double>(trips.size() - 1));
  return microseconds(trips[index]);
}

double rate(const HopReport& hop) {
  return hop.seconds > 0 ? static_cast<double>(hop.bytes) / hop.seconds : 0;
}

// How many took from 2^i to 2^(i+1) microseconds, from the first such class
// that has any to the last.
struct Bucket {
  uint64_t from_us;
  size_t count;
};

std::vector<Bucket> histogram(const Trips& trips) {
  std::vector<Bucket> buckets;
  for (const std::chrono::nanoseconds trip : trips) {
    const double us = microseconds(trip);
    if (buckets.empty()) {
      uint64_t from = 1;
      while (static_cast<double>(2 * from) <= us) from *= 2;
      buckets.push_back({from, 0});
    }
    while (us >= static_cast<double>(2 * buckets.back().from_us)) {
      buckets.push_back({2 * buckets.back().from_us, 0});
    }
    ++buckets.back().count;
  }
  return buckets;
}

void print_hops(std::ostream& out, const std::vector<HopReport>& hops) {
  out << "way                 bytes  wrong  kB a second\n";
  for (const HopReport& hop : hops) {
    out << std::left << std::setw(15) << hop.name << std::right << std::setw(10)
        << hop.bytes << std::setw(7) << 0 << std::setw(13) << std::fixed
        << std::setprecision(1) << rate(hop) / 1e3 << '\n';
  }
}

void print_trips(std::ostream& out, const Trips& trips) {
  out << trips.size() << " round trips of a byte: median "
      << percentile(trips, 0.5) << " us, 99 % within "
      << percentile(trips, 0.99) << " us, longest "
      << microseconds(trips.back()) << " us\n";
  const auto buckets = histogram(trips);
  const size_t most = std::ranges::max(buckets, {}, &Bucket::count).count;
  for (const Bucket& bucket : buckets) {
    out << std::setw(8) << bucket.from_us << " to " << std::setw(7)
        << 2 * bucket.from_us << " us" << std::setw(8) << bucket.count;
    if (bucket.count > 0) {
      out << "  "
          << std::string((bucket.count * kWidestBar + most - 1) / most, '#');
    }
    out << '\n';
  }
}

void print_driver(std::ostream& out, const LoopbackReport& report) {
  for (const auto& [device, statistics] : report.driver) {
    out << device << ":";
    for (const char* name : {"repeats", "crc_errors", "timeouts", "broken",
                             "turnarounds", "interrupts"}) {
      const auto found = statistics.find(name);
      if (found != statistics.end()) out << ' ' << name << ' ' << found->second;
    }
    out << '\n';
  }
}

}  // namespace

std::string loopback_table(const LoopbackReport& report) {
  std::ostringstream out;
  print_hops(out, report.hops);
  if (!report.round_trips.empty()) print_trips(out, report.round_trips);
  print_driver(out, report);
  return out.str();
}

std::string loopback_json(const LoopbackReport& report) {
  using Json = nlohmann::ordered_json;
  Json json = {{"ways", Json::array()}};
  for (const HopReport& hop : report.hops) {
    json["ways"].push_back({{"name", hop.name},
                            {"bytes", hop.bytes},
                            {"wrong", 0},
                            {"seconds", hop.seconds},
                            {"bytes_per_second", rate(hop)}});
  }
  if (const Trips& trips = report.round_trips; !trips.empty()) {
    json["round_trips"] = {{"count", trips.size()},
                           {"median_us", percentile(trips, 0.5)},
                           {"p99_us", percentile(trips, 0.99)},
                           {"longest_us", microseconds(trips.back())},
                           {"histogram", Json::array()}};
    for (const Bucket& bucket : histogram(trips)) {
      json["round_trips"]["histogram"].push_back(
          {{"from_us", bucket.from_us}, {"count", bucket.count}});
    }
  }
  json["driver"] = report.driver;
  json["sample_ns"] = report.sample_ns;
  return json.dump();
}

}  // namespace pi_ring
