// Sends one byte along a route repeatedly, to time a change of direction.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "userspace/loopback/route.h"

namespace pi_ring {

// The times of `count` round trips, the shortest first. Throws if a byte does
// not come back.
std::vector<std::chrono::nanoseconds> time_round_trips(
    const Route& route, int count, const std::function<void()>& look);

}  // namespace pi_ring
