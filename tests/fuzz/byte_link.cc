// Moves bytes between two strings and the caller.
#include "tests/fuzz/byte_link.h"

#include <algorithm>
#include <span>
#include <utility>

namespace pi_ring {

void throw_link_error(LinkError::Kind kind) {
  throw LinkError(kind, "the test's link failed");
}

void ByteLink::break_stream() {
  to_receive_.clear();
  is_broken_ = true;
}

void ByteLink::check() {
  if (is_closed_) throw_link_error(LinkError::Kind::kClosed);
  if (std::exchange(is_broken_, false)) {
    throw_link_error(LinkError::Kind::kBroken);
  }
}

void ByteLink::send(std::span<const std::byte> bytes, Deadline /*deadline*/) {
  check();
  sent_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  bytes_sent_ += bytes.size();
}

void ByteLink::receive(std::span<std::byte> bytes, Deadline /*deadline*/) {
  check();
  while (to_receive_.size() < bytes.size()) {
    more_();
    check();
  }
  std::ranges::copy(std::as_bytes(std::span(to_receive_)).first(bytes.size()),
                    bytes.begin());
  to_receive_.erase(0, bytes.size());
  bytes_received_ += bytes.size();
}

}  // namespace pi_ring
