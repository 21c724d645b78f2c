// One direction of a link in shared memory: bytes go in at one process and
// come out at another, in order, through a ring without locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "userspace/link/bell.h"
#include "userspace/link/link.h"

namespace pi_ring {

// A lock hidden in a counter would stay locked when its owner is killed.
static_assert(std::atomic<uint64_t>::is_always_lock_free);

// One writer and one reader at a time. A writer killed amid a write has
// published whole pieces of it or nothing; a reader killed amid a read has
// freed whole pieces or nothing.
class ByteRing {
 public:
  // `storage` is what the bytes pass through: its size is a power of two, it
  // is shared by the same processes at the same address, and outlives the ring.
  explicit ByteRing(std::span<std::byte> storage) : storage_(storage) {}
  ByteRing(const ByteRing&) = delete;
  ByteRing& operator=(const ByteRing&) = delete;

  // Both stream: what is larger than the ring passes through it in pieces.
  // After a LinkError an unknown part of `bytes` has been moved.
  void write(std::span<const std::byte> bytes, Deadline deadline);
  void read(std::span<std::byte> bytes, Deadline deadline);

  // Nothing is written any more; what was written can still be read.
  void close();

  uint64_t written() const { return written_.load(std::memory_order_acquire); }
  uint64_t taken() const { return taken_.load(std::memory_order_acquire); }

  // Where the last writer ran, or runs.
  int writer_processor() const {
    return writer_processor_.load(std::memory_order_relaxed);
  }

  // Whether the reader sleeps for want of bytes, the writer for want of space.
  bool reader_waits() const { return data_.wanted(); }
  bool writer_waits() const { return space_.wanted(); }

 private:
  // Move what can be moved at once, and say how much that was.
  size_t write_some(std::span<const std::byte> bytes);
  size_t read_some(std::span<std::byte> bytes);

  bool has_data() const;
  bool has_space() const;
  bool closed() const { return closed_.load(std::memory_order_seq_cst); }

  static constexpr size_t kCacheLine = 64;

  const std::span<std::byte> storage_;

  // Bytes in all since the start; `written_ - taken_` of them are in storage,
  // byte number n at n modulo its size. Each counter has one side that stores
  // it, and a cache line that only the other side's looks disturb.
  alignas(kCacheLine) std::atomic<uint64_t> written_{0};
  std::atomic<int> writer_processor_{0};
  alignas(kCacheLine) std::atomic<uint64_t> taken_{0};
  alignas(kCacheLine) std::atomic<bool> closed_{false};
  alignas(kCacheLine) Bell data_;
  alignas(kCacheLine) Bell space_;
};

}  // namespace pi_ring
