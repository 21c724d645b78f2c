// Tests with real weights, which are not part of the project: their suites end
// in "RealWeights", and tools/test leaves them out where the weights are not
// there.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

namespace pi_ring {

// A fixture whose tests are skipped without the folder with the weights.
template <typename Fixture>
class WithRealWeights : public Fixture {
 protected:
  void SetUp() override {
    Fixture::SetUp();
    if (!std::filesystem::exists(data_)) {
      GTEST_SKIP() << "no real weights in " << data_;
    }
  }

  const std::filesystem::path data_ = PI_RING_TEST_DATA;
};

}  // namespace pi_ring
