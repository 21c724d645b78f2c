// Puts ranks and times into words.
#include "userspace/ring/message/wording.h"

#include <cstdio>

namespace pi_ring {

std::string name_of_rank(int rank) { return "rank " + std::to_string(rank); }

std::string describe_silence(const std::string& name,
                             std::chrono::milliseconds waited) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f s",
                static_cast<double>(waited.count()) / 1000);
  return name + " has not answered for " + seconds;
}

}  // namespace pi_ring
