// A link to one neighbour: a reliable, ordered stream of bytes each way.
//
// This is the one virtual boundary of the runtime. Shared memory, a GPIO device
// or a pair of queues in a test carries the bytes; the link does not know what
// they mean.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

namespace pi_ring {

// When to stop waiting.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kForever = Deadline::max();

class LinkError : public std::runtime_error {
 public:
  enum class Kind {
    kTimeout,  // the deadline passed
    kClosed,   // this end or the other was closed, or its owner is gone
    kBroken,   // bytes may be lost; a fresh stream begins, both ways
  };

  LinkError(Kind kind, const std::string& what,
            std::chrono::milliseconds waited = {})
      : std::runtime_error(what), kind_(kind), waited_(waited) {}

  Kind kind() const { return kind_; }

  // How long the call was allowed to wait; zero if unknown. A
  // link knows only the deadline, so the caller that chose it adds this by
  // after().
  std::chrono::milliseconds waited() const { return waited_; }
  LinkError after(std::chrono::milliseconds waited) const {
    return {kind_, what(), waited};
  }

 private:
  Kind kind_;
  std::chrono::milliseconds waited_;
};

// What sending took on the wires.
struct WireCounters {
  uint64_t bytes = 0;  // of whole frames, repeats included
  uint64_t turnarounds = 0;
  uint64_t repeats = 0;  // of frames that arrived damaged
};

class Link {
 public:
  virtual ~Link() = default;

  // Returns when the transport has taken all bytes. Throws LinkError.
  virtual void send(std::span<const std::byte> bytes, Deadline deadline) = 0;

  // Fills all of `bytes`. Bytes that were sent before a close are still
  // received. Throws LinkError. An end has one sender and one receiver at a
  // time.
  virtual void receive(std::span<std::byte> bytes, Deadline deadline) = 0;

  // Drops all bytes under way in both directions and begins a fresh stream. The
  // neighbour's calls report kBroken, once a direction. A program that starts
  // calls it, since one before it may have stopped in the middle of a message.
  // A link that was made for this run is fresh.
  virtual void reset_stream() {}

  // Which processor the receiving thread is to run on. While one token goes
  // round, only one rank computes at a time. If all share a processor, none has
  // to be woken on another, which takes longer than the bytes. In a pipeline
  // each rank needs its own. Has no effect unless both ends are on one machine.
  enum class Affinity {
    kAnyProcessor,
    kSendersProcessor,  // from the next received bytes on
    kThisProcessor,     // where the thread is when the next bytes arrive
  };
  virtual void set_affinity(Affinity /*wanted*/) {}

  // Ends both directions at both ends, and wakes all waiters. Any thread may
  // call it.
  virtual void close() = 0;

  virtual uint64_t bytes_sent() const = 0;
  virtual uint64_t bytes_received() const = 0;

  // All zero for a link without wires.
  virtual WireCounters wire_counters() const { return {}; }
};

}  // namespace pi_ring
