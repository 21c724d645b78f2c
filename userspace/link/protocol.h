// A link that runs the kernel module's protocol in this process, over any ten
// lines. On a Pi it is slow, but needs no module.
#pragma once

#include <chrono>
#include <memory>

#include "userspace/link/stream_link.h"

namespace pi_ring {

// One bank's lines; kmod/proto/lines.h says what each function must do. Before
// the link starts the data lines are inputs and the own strobe is low. All
// calls come from one thread. An exception ends the link, which rethrows it.
class LinkLines {
 public:
  virtual ~LinkLines() = default;

  // The eight data lines, and above them the peer's strobe. The strobe must not
  // be read later than the data.
  virtual uint32_t sample() = 0;
  virtual void put(uint8_t data) = 0;
  virtual void strobe(bool high) = 0;
  virtual void take(uint8_t data) = 0;
  virtual void release() = 0;

  // The protocol's clock: the time since any fixed moment.
  virtual std::chrono::nanoseconds now() const {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
};

enum class BankRole { kDownstream, kUpstream };

class ProtocolLink : public StreamLink {
 public:
  ProtocolLink(std::unique_ptr<LinkLines> lines, BankRole role,
               std::string name);

  // Waits up to half a second until the neighbour has taken all bytes.
  ~ProtocolLink() override;
  ProtocolLink(const ProtocolLink&) = delete;
  ProtocolLink& operator=(const ProtocolLink&) = delete;

  void send(std::span<const std::byte> bytes, Deadline deadline) override;
  void receive(std::span<std::byte> bytes, Deadline deadline) override;
  size_t receive_some(std::span<std::byte> bytes, Deadline deadline) override;
  void close() override;
  uint64_t bytes_sent() const override;
  uint64_t bytes_received() const override;
  const std::string& name() const override;

 private:
  class Engine;

  std::unique_ptr<Engine> engine_;
};

}  // namespace pi_ring
