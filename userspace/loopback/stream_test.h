// Sends many bytes over every hop of a route at once and checks each of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "userspace/loopback/route.h"

namespace pi_ring {

struct HopFigures {
  std::atomic<uint64_t> checked = 0;  // bytes that arrived as they were sent
  double seconds = 0;                 // until the last of these
};

class StreamTest {
 public:
  // `bytes` over each hop: first every value, then pieces of 1 byte to 1 MiB,
  // then pieces of random sizes.
  StreamTest(const Route& route, uint64_t bytes, uint64_t seed);

  // Throws if a byte is wrong or none arrives; calls `look` now and then.
  void run(const std::function<void()>& look);

  // In the order of the hops; may be read while the test runs.
  const std::vector<HopFigures>& figures() const { return figures_; }

 private:
  void send(size_t hop) const;
  void receive(size_t hop);

  const Route& route_;
  uint64_t bytes_;
  uint64_t seed_;
  std::vector<HopFigures> figures_;
};

}  // namespace pi_ring
