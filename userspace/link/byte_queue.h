// One direction of a link in shared memory: a queue of bytes between two
// processes, without locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "userspace/link/link.h"
#include "userspace/link/wakeup.h"

namespace pi_ring {

// A lock hidden in a counter would stay locked when its owner is killed.
static_assert(std::atomic<uint64_t>::is_always_lock_free);

// One writer and one reader at a time. A writer that is killed has published
// whole pieces of its bytes or nothing; a reader that is killed has freed whole
// pieces or nothing.
class ByteQueue {
 public:
  // The bytes pass through `storage`. Its size is a power of two; the processes
  // share it at the same address, and it outlives the queue.
  explicit ByteQueue(std::span<std::byte> storage) : storage_(storage) {}
  ByteQueue(const ByteQueue&) = delete;
  ByteQueue& operator=(const ByteQueue&) = delete;

  // Bytes that are more than the storage holds pass through it in pieces. After
  // a LinkError an unknown part of `bytes` has been moved.
  void write(std::span<const std::byte> bytes, Deadline deadline);
  void read(std::span<std::byte> bytes, Deadline deadline);

  // Ends the writing; what was written can still be read.
  void close();

  uint64_t written() const { return written_.load(std::memory_order_acquire); }
  uint64_t taken() const { return taken_.load(std::memory_order_acquire); }

  // The processor that the writer ran on at its last write.
  int writer_processor() const {
    return writer_processor_.load(std::memory_order_relaxed);
  }

  // Whether the reader sleeps until there are bytes, the writer until there is
  // space.
  bool reader_waits() const { return data_.has_waiter(); }
  bool writer_waits() const { return space_.has_waiter(); }

 private:
  // Move what can be moved at once, and return how much that was.
  size_t write_some(std::span<const std::byte> bytes);
  size_t read_some(std::span<std::byte> bytes);

  bool has_data() const;
  bool has_space() const;
  bool closed() const { return closed_.load(std::memory_order_seq_cst); }

  static constexpr size_t kCacheLine = 64;

  const std::span<std::byte> storage_;

  // Count all bytes since the start; `written_ - taken_` of them are in
  // storage, byte number n at n modulo its size. Only one side stores each
  // counter, in a cache line of its own.
  alignas(kCacheLine) std::atomic<uint64_t> written_{0};
  std::atomic<int> writer_processor_{0};
  alignas(kCacheLine) std::atomic<uint64_t> taken_{0};
  alignas(kCacheLine) std::atomic<bool> closed_{false};
  alignas(kCacheLine) Wakeup data_;
  alignas(kCacheLine) Wakeup space_;
};

}  // namespace pi_ring
