// A link whose other end is the test itself: what it receives was put there
// before, and what it sends is kept. No call waits, and several threads may use
// it, as those of a training do.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "userspace/link/link.h"

namespace pi_ring {

class ByteLink : public Link {
 public:
  // Called by the receiving thread where nothing more is there to receive. It
  // puts more bytes, or throws what the link is to throw.
  using More = std::function<void()>;

  explicit ByteLink(More more) : more_(std::move(more)) {}

  void put(std::string_view bytes);
  // Returns what was sent since the last call.
  std::string take();
  // The next bytes are lost, and the next call says so.
  void break_stream();

  void send(std::span<const std::byte> bytes, Deadline deadline) override;
  void receive(std::span<std::byte> bytes, Deadline deadline) override;
  void reset_stream() override;
  void close() override;
  uint64_t bytes_sent() const override;
  uint64_t bytes_received() const override;

 private:
  void check();

  More more_;
  mutable std::mutex mutex_;  // protects all below
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
