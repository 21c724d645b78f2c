// Copies bytes into and out of the storage, and sleeps where it is full or
// empty.
#include "userspace/link/byte_queue.h"

#include <sched.h>

#include <algorithm>
#include <cstring>

namespace pi_ring {
namespace {

[[noreturn]] void throw_closed() {
  throw LinkError(LinkError::Kind::kClosed, "the link is closed");
}

[[noreturn]] void throw_timeout(const char* what) {
  throw LinkError(LinkError::Kind::kTimeout, what);
}

void copy_in(std::span<const std::byte> from, std::span<std::byte> storage,
             uint64_t position) {
  if (from.empty()) return;
  const size_t start = position & (storage.size() - 1);
  const size_t first = std::min(from.size(), storage.size() - start);
  std::memcpy(storage.data() + start, from.data(), first);
  std::memcpy(storage.data(), from.data() + first, from.size() - first);
}

void copy_out(std::span<const std::byte> storage, uint64_t position,
              std::span<std::byte> to) {
  if (to.empty()) return;
  const size_t start = position & (storage.size() - 1);
  const size_t first = std::min(to.size(), storage.size() - start);
  std::memcpy(to.data(), storage.data() + start, first);
  std::memcpy(to.data() + first, storage.data(), to.size() - first);
}

}  // namespace

void ByteQueue::write(std::span<const std::byte> bytes, Deadline deadline) {
  for (;;) {
    if (closed()) throw_closed();
    bytes = bytes.subspan(write_some(bytes));
    if (bytes.empty()) return;
    const auto ready = [this] { return has_space() || closed(); };
    if (!space_.wait_until(ready, deadline)) {
      throw_timeout("the neighbour did not take the bytes in time");
    }
  }
}

void ByteQueue::read(std::span<std::byte> bytes, Deadline deadline) {
  for (;;) {
    // Read before looking for bytes: then this look finds all that was written
    // before the close.
    const bool was_closed = closed();
    bytes = bytes.subspan(read_some(bytes));
    if (bytes.empty()) return;
    if (was_closed) throw_closed();
    const auto ready = [this] { return has_data() || closed(); };
    if (!data_.wait_until(ready, deadline)) {
      throw_timeout("the neighbour did not send the bytes in time");
    }
  }
}

void ByteQueue::close() {
  // seq_cst, as any store that a sleeper waits for; see Wakeup::wait_until().
  closed_.store(true, std::memory_order_seq_cst);
  data_.notify();
  space_.notify();
}

size_t ByteQueue::write_some(std::span<const std::byte> bytes) {
  // Relaxed: only this side stores it. Acquire: the reader has finished copying
  // out of the space that is filled now.
  const uint64_t written = written_.load(std::memory_order_relaxed);
  const uint64_t taken = taken_.load(std::memory_order_acquire);
  const size_t space = storage_.size() - static_cast<size_t>(written - taken);
  const size_t count = std::min(bytes.size(), space);
  if (count == 0) return 0;
  writer_processor_.store(sched_getcpu(), std::memory_order_relaxed);
  copy_in(bytes.first(count), storage_, written);
  // Releases the bytes to the reader; seq_cst as Wakeup asks.
  written_.store(written + count, std::memory_order_seq_cst);
  data_.notify_if_waiting();
  return count;
}

size_t ByteQueue::read_some(std::span<std::byte> bytes) {
  // As in write_some(), with the sides exchanged.
  const uint64_t taken = taken_.load(std::memory_order_relaxed);
  const uint64_t written = written_.load(std::memory_order_acquire);
  const size_t count =
      std::min(bytes.size(), static_cast<size_t>(written - taken));
  if (count == 0) return 0;
  copy_out(storage_, taken, bytes.first(count));
  // Releases the space to the writer; seq_cst as Wakeup asks.
  taken_.store(taken + count, std::memory_order_seq_cst);
  space_.notify_if_waiting();
  return count;
}

bool ByteQueue::has_data() const {
  // seq_cst: a waiter reads it after it has stored that it waits.
  return written_.load(std::memory_order_seq_cst) !=
         taken_.load(std::memory_order_relaxed);
}

bool ByteQueue::has_space() const {
  return written_.load(std::memory_order_relaxed) -
             taken_.load(std::memory_order_seq_cst) <
         storage_.size();
}

}  // namespace pi_ring
