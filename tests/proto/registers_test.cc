// kmod/pins/registers.c on simulated wires: the code that moves bytes on a Pi,
// with the lines of each controller.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <tuple>

#include "tests/proto/register_file.h"
#include "tests/proto/simulation.h"

namespace pi_ring {
namespace {

constexpr RegisterLayout kLayouts[] = {
    {"bcm2835", {16, 17, 18, 19, 20, 21, 22, 23}, 24, 25, false},
    {"rp1", {4, 5, 6, 7, 8, 9, 10, 11}, 12, 13, true},
    {"scattered", {27, 3, 31, 0, 14, 9, 22, 5}, 30, 1, false},
};

// That each end sends in a test.
uint64_t bytes_to_send() {
  const char* asked = std::getenv("PI_RING_SIMULATED_BYTES");
  return asked == nullptr ? 60'000 : std::stoull(asked);
}

class Registers
    : public testing::TestWithParam<std::tuple<RegisterLayout, int>> {
 protected:
  Registers()
      : link_(std::get<1>(GetParam())),
        down_(std::get<0>(GetParam()), &link_.end(0), &link_.wires,
              &link_.random),
        up_(std::get<0>(GetParam()), &link_.end(1), &link_.wires,
            &link_.random) {}

  ~Registers() override {
    EXPECT_EQ(link_.wires.fights(), 0U) << link_.describe();
    EXPECT_EQ(link_.end(0).wrong() + link_.end(1).wrong(), 0U)
        << link_.describe();
    EXPECT_EQ(down_.unsettled() + up_.unsettled(), 0U);
  }

  void expect_all_bytes() {
    const uint64_t bytes = bytes_to_send();
    link_.end(0).to_send = link_.end(1).to_send = bytes;
    EXPECT_TRUE(link_.run_until_drained((600 + bytes / 100'000) * kSecond))
        << link_.describe();
  }

  Simulation link_;
  RegisterFile down_;
  RegisterFile up_;
};
INSTANTIATE_TEST_SUITE_P(Layouts, Registers,
                         testing::Combine(testing::ValuesIn(kLayouts),
                                          testing::Range(0, kSeeds)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) +
                                  "_" + std::to_string(std::get<1>(info.param));
                         });

TEST_P(Registers, MoveBytesBothWays) {
  link_.start_both();
  expect_all_bytes();
  EXPECT_EQ(link_.end(0).broken_in_all() + link_.end(1).broken_in_all(), 0U);
}

TEST_P(Registers, MoveBytesBothWaysOverFaultyWires) {
  link_.wires.faults.sample_error_rate = 10'000;
  link_.wires.faults.glitch_rate = 500'000;
  link_.start_both();
  expect_all_bytes();
}

TEST_P(Registers, MoveBytesAgainAfterPowerCuts) {
  link_.start_both();
  for (int cut = 0; cut < 20; ++cut) {
    ASSERT_TRUE(link_.run_until_joined(3 * kSecond)) << link_.describe();
    link_.end(0).to_send = link_.end(1).to_send = 1 << 20;
    link_.run(link_.random.below(2 * kMillisecond), [] { return false; });
    link_.end(cut % 2).crash_after(static_cast<int>(link_.random.below(20)));
    link_.run(20 * kMillisecond, [&] { return !link_.end(cut % 2).running(); });
    if (link_.end(cut % 2).running()) link_.end(cut % 2).crash();
    link_.start(cut % 2);
  }
  EXPECT_TRUE(link_.run_until_joined(3 * kSecond)) << link_.describe();
}

}  // namespace
}  // namespace pi_ring
