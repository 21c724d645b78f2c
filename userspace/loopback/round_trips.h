// One byte round a course, again and again: what a change of direction costs.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "userspace/loopback/course.h"

namespace pi_ring {

// Sorted, the shortest first. Throws where the byte does not come back.
std::vector<std::chrono::nanoseconds> time_round_trips(
    const Course& course, int count, const std::function<void()>& look);

}  // namespace pi_ring
