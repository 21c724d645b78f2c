// The pins of a Pi's header, and what a user is told when a line cannot be had.
#include "userspace/gpio/header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <stdexcept>

namespace pi_ring {
namespace {

using testing::AnyOf;
using testing::EndsWith;
using testing::StartsWith;
using testing::ThrowsMessage;

TEST(Header, BanksHaveTwentyPinsOfTheirOwn) {
  std::set<unsigned> pins;
  for (const BankLines& bank : {kDownstreamLines, kUpstreamLines}) {
    for (const unsigned gpio : bank) pins.insert(header_pin(gpio));
  }
  EXPECT_EQ(pins.size(), 2 * kWires);
  EXPECT_EQ(pins.count(0), 0U);
  EXPECT_EQ(header_pin(4), 7U);
  EXPECT_EQ(header_pin(28), 0U) << "this GPIO is not on the header";
}

TEST(Header, AChipThatIsNotThereIsToldWithThoseThatAre) {
  EXPECT_THAT([] { find_gpio_chip("none"); },
              ThrowsMessage<std::runtime_error>(
                  StartsWith("no GPIO chip \"none\" (there is ")));
  EXPECT_THAT([] { find_gpio_chip("none"); },
              ThrowsMessage<std::runtime_error>(EndsWith("--chip names one")));
}

TEST(Header, AdviceIsGivenOnErrorsThatAUserCanRepair) {
  struct Advice {
    int error;
    const char* end;
  };
  // The link's driver may be loaded here, or not.
  EXPECT_THAT(advice_on(GpioError(EBUSY, "line 4")),
              AnyOf(EndsWith(": the link's driver has it; sudo modprobe -r "
                             "pi_ring releases it"),
                    EndsWith("GPIO 7-11 are SPI's: dtparam=spi=off)")));
  for (const Advice& one :
       {Advice{EACCES, ": are you in the group gpio?"},
        Advice{EPERM, ": are you in the group gpio?"}, Advice{EIO, "line 4"}}) {
    const std::string text = advice_on(GpioError(one.error, "line 4"));
    EXPECT_THAT(text, StartsWith("line 4"));
    EXPECT_THAT(text, EndsWith(one.end));
  }
}

// A path that is no GPIO chip, and one that is not there.
TEST(Lines, OfAPathThatIsNoChipAreRefusedByItsName) {
  const GpioChip null = {.path = "/dev/null", .label = "null"};
  const GpioChip none = {.path = "/dev/no-gpiochip", .label = "none"};
  for (const GpioChip& chip : {null, none}) {
    EXPECT_THAT([&] { GpioLines(chip, kUpstreamLines, Pull::kPullDown); },
                ThrowsMessage<GpioError>(StartsWith(chip.path + ": ")));
  }
}

}  // namespace
}  // namespace pi_ring
