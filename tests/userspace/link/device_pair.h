// Two device links joined by a socket instead of the driver.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <memory>

#include "userspace/link/device.h"

namespace pi_ring {

struct DevicePair {
  DevicePair() {
    // As main() does, so that writing to a closed socket is an error.
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::runtime_error("no socketpair");
    }
    a = std::make_unique<DeviceLink>(ends[0], "a");
    b = std::make_unique<DeviceLink>(ends[1], "b");
  }

  std::unique_ptr<DeviceLink> a;
  std::unique_ptr<DeviceLink> b;
};

}  // namespace pi_ring
