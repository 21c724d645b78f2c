#include "userspace/loopback/round_trips.h"

#include <algorithm>

#include "userspace/loopback/pattern.h"
#include "userspace/loopback/thread_group.h"

namespace pi_ring {
namespace {

constexpr uint64_t kSeed = 0;

std::chrono::nanoseconds time_round_trip(const Route& route, uint64_t number) {
  const auto start = std::chrono::steady_clock::now();
  for (const Hop& hop : route.hops) {
    std::byte byte;
    fill_pattern(kSeed, number, {&byte, 1});
    hop.from.send({&byte, 1}, route.deadline());
    hop.to.receive({&byte, 1}, route.deadline());
    check_pattern(hop.name.c_str(), kSeed, number, {&byte, 1});
  }
  return std::chrono::steady_clock::now() - start;
}

}  // namespace

std::vector<std::chrono::nanoseconds> time_round_trips(
    const Route& route, int count, const std::function<void()>& look) {
  std::vector<std::chrono::nanoseconds> trips;
  ThreadGroup threads([&route] { route.close(); });
  threads.start([&] {
    for (int number = 0; number < count; ++number) {
      trips.push_back(time_round_trip(route, static_cast<uint64_t>(number)));
    }
  });
  threads.finish(look);
  std::ranges::sort(trips);
  return trips;
}

}  // namespace pi_ring
