// A link whose other end is the test itself, in the same thread: what it
// receives was put there before, and what it sends is kept.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "userspace/link/link.h"

namespace pi_ring {

class ByteLink : public Link {
 public:
  // Called where nothing more is there to receive. It puts more bytes, or
  // throws what the link is to throw.
  using More = std::function<void()>;

  explicit ByteLink(More more) : more_(std::move(more)) {}

  void put(std::string_view bytes) { to_receive_ += bytes; }
  // Returns what was sent since the last call.
  std::string take() { return std::exchange(sent_, {}); }
  // The next bytes are lost, and the next call says so.
  void break_stream();

  void send(std::span<const std::byte> bytes, Deadline deadline) override;
  void receive(std::span<std::byte> bytes, Deadline deadline) override;
  void reset_stream() override { to_receive_.clear(); }
  void close() override { is_closed_ = true; }
  uint64_t bytes_sent() const override { return bytes_sent_; }
  uint64_t bytes_received() const override { return bytes_received_; }

 private:
  void check();

  More more_;
  std::string to_receive_;
  std::string sent_;
  bool is_broken_ = false;
  bool is_closed_ = false;
  uint64_t bytes_sent_ = 0;
  uint64_t bytes_received_ = 0;
};

// As a ByteLink throws it.
[[noreturn]] void throw_link_error(LinkError::Kind kind);

}  // namespace pi_ring
