// A link to one neighbour: a reliable, ordered stream of bytes each way.
//
// The one virtual boundary of the runtime. What carries the bytes (shared
// memory, a GPIO device, a pair of queues in a test) is behind it; what the
// bytes mean is not its business.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

namespace pi_ring {

// When a wait is given up.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kForever = Deadline::max();

class LinkError : public std::runtime_error {
 public:
  enum class Kind {
    kTimeout,  // the deadline passed
    kClosed,   // this end or the other was closed, or its owner is gone
    kBroken,   // bytes may be lost; what comes from now on, and what is sent
               // from now on, is a fresh stream
  };

  LinkError(Kind kind, const std::string& what)
      : std::runtime_error(what), kind_(kind) {}

  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

// What this end's bytes took on a wire.
struct WireCounters {
  uint64_t bytes = 0;  // whole frames, as often as they were sent
  uint64_t turnarounds = 0;
  uint64_t repeats = 0;  // of frames that arrived damaged
};

class Link {
 public:
  virtual ~Link() = default;

  // Returns when all bytes are with the transport. Throws LinkError.
  virtual void send(std::span<const std::byte> bytes, Deadline deadline) = 0;

  // Fills `bytes` whole. What was sent before a close is still received.
  // Throws LinkError. One sender and one receiver a link end at a time.
  virtual void receive(std::span<std::byte> bytes, Deadline deadline) = 0;

  // Breaks the stream: whatever is under way, either way, is dropped; the
  // neighbour is told (kBroken, once a direction), this end has a fresh one.
  // For who starts where another may have stopped amid a message. A link that
  // was made for this run is fresh.
  virtual void renew() {}

  // Where the thread that receives shall run. While one token goes round, every
  // rank but one waits: if they share a processor, none has to be woken on
  // another, which takes longer than the bytes. In a pipeline each needs its
  // own. Nothing, unless both ends are on one machine.
  enum class Place {
    kAnywhere,
    kBesideSender,  // from the next bytes on, wherever it goes
    kHere,          // where the next bytes find it
  };
  virtual void place(Place /*place*/) {}

  // Ends both directions, at both ends; wakes whoever waits. Any thread.
  virtual void close() = 0;

  virtual uint64_t bytes_sent() const = 0;
  virtual uint64_t bytes_received() const = 0;

  // Nothing where there is no wire.
  virtual WireCounters wire_counters() const { return {}; }
};

}  // namespace pi_ring
