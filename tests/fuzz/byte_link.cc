// Moves bytes between two strings and the callers.
#include "tests/fuzz/byte_link.h"

#include <algorithm>
#include <span>
#include <utility>

namespace pi_ring {

void throw_link_error(LinkError::Kind kind) {
  throw LinkError(kind, "the test's link failed");
}

void ByteLink::put(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  to_receive_ += bytes;
}

std::string ByteLink::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(sent_, {});
}

void ByteLink::break_stream() {
  const std::lock_guard lock(mutex_);
  to_receive_.clear();
  is_broken_ = true;
}

void ByteLink::reset_stream() {
  const std::lock_guard lock(mutex_);
  to_receive_.clear();
}

void ByteLink::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

uint64_t ByteLink::bytes_sent() const {
  const std::lock_guard lock(mutex_);
  return bytes_sent_;
}

uint64_t ByteLink::bytes_received() const {
  const std::lock_guard lock(mutex_);
  return bytes_received_;
}

// Called with the mutex held.
void ByteLink::check() {
  if (is_closed_) throw_link_error(LinkError::Kind::kClosed);
  if (std::exchange(is_broken_, false)) {
    throw_link_error(LinkError::Kind::kBroken);
  }
}

void ByteLink::send(std::span<const std::byte> bytes, Deadline /*deadline*/) {
  const std::lock_guard lock(mutex_);
  check();
  sent_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  bytes_sent_ += bytes.size();
}

void ByteLink::receive(std::span<std::byte> bytes, Deadline /*deadline*/) {
  std::unique_lock lock(mutex_);
  check();
  while (to_receive_.size() < bytes.size()) {
    lock.unlock();
    more_();
    lock.lock();
    check();
  }
  std::ranges::copy(std::as_bytes(std::span(to_receive_)).first(bytes.size()),
                    bytes.begin());
  to_receive_.erase(0, bytes.size());
  bytes_received_ += bytes.size();
}

}  // namespace pi_ring
