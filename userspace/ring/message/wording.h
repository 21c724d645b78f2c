// How messages for people name a rank and describe its silence.
#pragma once

#include <chrono>
#include <string>

namespace pi_ring {

// "rank 2"
std::string name_of_rank(int rank);

// "rank 2 has not answered for 1.5 s"
std::string describe_silence(const std::string& name,
                             std::chrono::milliseconds waited);

}  // namespace pi_ring
