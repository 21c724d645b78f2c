// Many bytes over every hop of a course at once, each of them checked.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "userspace/loopback/course.h"

namespace pi_ring {

struct HopFigures {
  std::atomic<uint64_t> checked = 0;  // bytes that came as they were sent
  double seconds = 0;                 // until the last of them
};

class StreamTest {
 public:
  // `bytes` over each hop: first every value, then pieces of 1 byte to 1 MiB,
  // then pieces of random sizes.
  StreamTest(const Course& course, uint64_t bytes, uint64_t seed);

  // Throws where a byte is wrong or none comes; calls `look` now and then.
  void run(const std::function<void()>& look);

  // In the order of the hops; may be read while it runs.
  const std::vector<HopFigures>& figures() const { return figures_; }

 private:
  void send(size_t hop) const;
  void receive(size_t hop);

  const Course& course_;
  uint64_t bytes_;
  uint64_t seed_;
  std::vector<HopFigures> figures_;
};

}  // namespace pi_ring
