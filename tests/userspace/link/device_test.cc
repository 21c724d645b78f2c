// The link over a device, with a socket in its place. tests/kernel tests the
// driver.
#include "userspace/link/device.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/userspace/bytes.h"
#include "tests/userspace/deadlines.h"
#include "tests/userspace/link/device_pair.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

template <typename Act>
LinkError error_of(Act act) {
  try {
    act();
  } catch (const LinkError& error) {
    return error;
  }
  throw std::logic_error("no error");
}

TEST(DeviceLink, CarriesMoreBytesThanItsBuffersHold) {
  DevicePair pair;
  Bytes sent(3U << 20);
  for (size_t i = 0; i < sent.size(); ++i) sent[i] = std::byte(i * 7 >> 3);
  std::thread sender([&] { pair.a->send(sent, in_time()); });
  Bytes got(sent.size());
  pair.b->receive(got, in_time());
  sender.join();
  EXPECT_EQ(got, sent);
  EXPECT_EQ(pair.a->bytes_sent(), sent.size());
  EXPECT_EQ(pair.b->bytes_received(), sent.size());
}

TEST(DeviceLink, ReceivesWhatHasArrived) {
  DevicePair pair;
  const Bytes sent(3, std::byte{5});
  pair.a->send(sent, in_time());
  Bytes got(100);
  EXPECT_EQ(pair.b->receive_some(got, in_time()), sent.size());
}

TEST(DeviceLink, TimesOutAtTheDeadline) {
  DevicePair pair;
  Bytes byte(1);
  const LinkError silent = error_of([&] { pair.a->receive(byte, soon()); });
  EXPECT_EQ(silent.kind(), LinkError::Kind::kTimeout);
  EXPECT_THAT(silent.what(), HasSubstr("a: no bytes come"));
  const Bytes many(8U << 20);
  const LinkError full = error_of([&] { pair.a->send(many, soon()); });
  EXPECT_EQ(full.kind(), LinkError::Kind::kTimeout);
}

TEST(DeviceLink, ACloseWakesAWaiter) {
  DevicePair pair;
  std::thread closer([&] { pair.a->close(); });
  Bytes byte(1);
  const LinkError error = error_of([&] { pair.a->receive(byte, kForever); });
  closer.join();
  EXPECT_EQ(error.kind(), LinkError::Kind::kClosed);
}

TEST(DeviceLink, ABrokenStreamAndAMissingDeviceAreDifferentErrors) {
  DevicePair pair;
  pair.b.reset();
  const Bytes byte(1);
  Bytes room(1);
  EXPECT_EQ(error_of([&] { pair.a->send(byte, in_time()); }).kind(),
            LinkError::Kind::kBroken);
  EXPECT_EQ(error_of([&] { pair.a->receive(room, in_time()); }).kind(),
            LinkError::Kind::kClosed);
}

TEST(DeviceLink, TheErrorOfAMissingDeviceSaysWhatToDo) {
  try {
    const DeviceLink link("/dev/pi-ring-nowhere");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/dev/pi-ring-nowhere"));
    EXPECT_THAT(error.what(), HasSubstr("modprobe pi_ring"));
  }
}

}  // namespace
}  // namespace pi_ring
