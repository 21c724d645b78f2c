// A link through the driver: /dev/pi-ring-down or /dev/pi-ring-up. No other
// file knows how such a device is used; kmod/uapi/pi_ring.h is its contract.
#pragma once

#include <atomic>
#include <string>

#include "userspace/link/stream_link.h"

namespace pi_ring {

inline constexpr const char* kDownDevice = "/dev/pi-ring-down";
inline constexpr const char* kUpDevice = "/dev/pi-ring-up";

class DeviceLink : public StreamLink {
 public:
  // Throws std::runtime_error where it cannot be opened; what() says what to
  // do.
  explicit DeviceLink(const std::string& path);

  // Takes over a descriptor that poll() knows: a device, or a socket in tests.
  DeviceLink(int descriptor, std::string name);

  ~DeviceLink() override;
  DeviceLink(const DeviceLink&) = delete;
  DeviceLink& operator=(const DeviceLink&) = delete;

  void send(std::span<const std::byte> bytes, Deadline deadline) override;
  void receive(std::span<std::byte> bytes, Deadline deadline) override;

  size_t receive_some(std::span<std::byte> bytes, Deadline deadline) override;

  void reset_stream() override;

  // Closes this end only: the driver goes on sending what it was given.
  void close() override;

  uint64_t bytes_sent() const override { return sent_; }
  uint64_t bytes_received() const override { return received_; }
  WireCounters wire_counters() const override;

  const std::string& name() const override { return name_; }

 private:
  void wait(short events, Deadline deadline, const char* what);
  [[noreturn]] void fail(int error) const;

  std::string name_;
  int descriptor_;
  int closing_;  // an eventfd that is readable once the link is closed
  std::atomic<uint64_t> sent_{0};
  std::atomic<uint64_t> received_{0};
};

}  // namespace pi_ring
