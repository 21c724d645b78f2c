#include "userspace/link/device.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "kmod/uapi/pi_ring.h"
#include "userspace/link/driver_statistics.h"

namespace pi_ring {
namespace {

std::string advice(int error) {
  switch (error) {
    case ENOENT:
      return ": is the module loaded (sudo modprobe pi_ring), and "
             "dtoverlay=pi-ring in config.txt?";
    case EACCES:
      return ": are you in the group gpio?";
    case EBUSY:
      return ": another program has it open";
    default:
      return "";
  }
}

int open_device(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    const int error = errno;
    throw std::runtime_error(path + ": " + std::strerror(error) +
                             advice(error));
  }
  return descriptor;
}

// Returns a timeout for poll(), rounded up and within its range.
int milliseconds_until(Deadline deadline) {
  if (deadline == kForever) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, INT_MAX));
}

bool must_wait(int error) { return error == EAGAIN || error == EINTR; }

}  // namespace

DeviceLink::DeviceLink(const std::string& path)
    : DeviceLink(open_device(path), path) {}

DeviceLink::DeviceLink(int descriptor, std::string name)
    : name_(std::move(name)),
      descriptor_(descriptor),
      closing_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (closing_ < 0) {
    ::close(descriptor_);
    throw std::runtime_error(name_ + ": no eventfd");
  }
  fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

DeviceLink::~DeviceLink() {
  ::close(descriptor_);
  ::close(closing_);
}

void DeviceLink::send(std::span<const std::byte> bytes, Deadline deadline) {
  while (!bytes.empty()) {
    wait(POLLOUT, deadline, "the neighbour does not take bytes");
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<size_t>(written));
      sent_ += static_cast<uint64_t>(written);
    } else if (!must_wait(errno)) {
      fail(errno);
    }
  }
}

void DeviceLink::receive(std::span<std::byte> bytes, Deadline deadline) {
  while (!bytes.empty()) {
    bytes = bytes.subspan(receive_some(bytes, deadline));
  }
}

size_t DeviceLink::receive_some(std::span<std::byte> bytes, Deadline deadline) {
  for (;;) {
    wait(POLLIN, deadline, "no bytes come from the neighbour");
    const ssize_t got = read(descriptor_, bytes.data(), bytes.size());
    if (got > 0) {
      received_ += static_cast<uint64_t>(got);
      return static_cast<size_t>(got);
    }
    // Only a socket reaches an end of file; a device has none.
    if (got == 0) fail(ENODEV);
    if (!must_wait(errno)) fail(errno);
  }
}

void DeviceLink::reset_stream() {
  // A terminal or a socket in the device's place does not know this request.
  if (ioctl(descriptor_, PI_RING_RESTART) != 0 && errno != ENOTTY) fail(errno);
}

void DeviceLink::close() {
  const uint64_t one = 1;
  // Fails only where the count is full, and then the link is closed already.
  [[maybe_unused]] const ssize_t told = write(closing_, &one, sizeof(one));
}

WireCounters DeviceLink::wire_counters() const {
  DriverStatistics counted = read_driver_statistics(name_);
  return {.bytes = counted["tx_wire_bytes"],
          .turnarounds = counted["turnarounds"],
          .repeats = counted["repeats"]};
}

// Returns when the device may be ready; read() and write() report errors.
void DeviceLink::wait(short events, Deadline deadline, const char* what) {
  std::array<pollfd, 2> ready{{
      {.fd = descriptor_, .events = events, .revents = 0},
      {.fd = closing_, .events = POLLIN, .revents = 0},
  }};
  int count = -1;
  while (count < 0) {
    count = poll(ready.data(), ready.size(), milliseconds_until(deadline));
    if (count < 0 && errno != EINTR) fail(errno);
  }
  if (ready[1].revents != 0) {
    throw LinkError(LinkError::Kind::kClosed, name_ + ": the link is closed");
  }
  if (count == 0) {
    throw LinkError(LinkError::Kind::kTimeout, name_ + ": " + what);
  }
}

void DeviceLink::fail(int error) const {
  switch (error) {
    case EPIPE:
    case ECONNRESET:
      throw LinkError(LinkError::Kind::kBroken,
                      name_ +
                          ": the stream broke: the neighbour's driver "
                          "restarted, or was unreachable for seconds");
    case ENODEV:
      throw LinkError(LinkError::Kind::kClosed, name_ + ": the device is gone");
    default:
      throw std::runtime_error(name_ + ": " + std::strerror(error));
  }
}

}  // namespace pi_ring
