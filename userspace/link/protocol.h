// A link that runs the kernel module's own protocol in this process, over
// whatever ten lines it is given: slow on a Pi, but without a module.
#pragma once

#include <memory>

#include "userspace/link/stream_link.h"

namespace pi_ring {

// One bank's lines, as kmod/proto/lines.h has them: the data lines are inputs,
// the own strobe is low. All of these are called from one thread; they throw
// what they like, and that ends the link.
class LinkLines {
 public:
  virtual ~LinkLines() = default;

  // Eight data lines, and above them the peer's strobe; that is never younger
  // than they are.
  virtual uint32_t sample() = 0;
  virtual void put(uint8_t data) = 0;
  virtual void strobe(bool high) = 0;
  virtual void take(uint8_t data) = 0;
  virtual void release() = 0;
};

enum class BankRole { kDownstream, kUpstream };

class ProtocolLink : public StreamLink {
 public:
  ProtocolLink(std::unique_ptr<LinkLines> lines, BankRole role,
               std::string name);

  // Bytes that the neighbour has not taken within a moment are lost.
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
