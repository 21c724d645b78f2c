// Repeats a greeting until it comes back.
#include "userspace/ring/message/greeting.h"

#include <algorithm>
#include <optional>

namespace pi_ring {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstWait(250);

// Nothing where no message has begun by `begin`.
std::optional<Header> next_header(Link& up, Deadline begin, Deadline end) {
  try {
    return receive_answer_header(up, begin, end);
  } catch (const LinkError& error) {
    if (error.kind() != LinkError::Kind::kTimeout || begin == end) throw;
    return std::nullopt;
  }
}

// Nothing where the greeting has not begun to arrive by `begin`.
std::optional<std::vector<std::byte>> receive_greeting(Link& up,
                                                       const Header& greeting,
                                                       Deadline begin,
                                                       Deadline end) {
  while (const auto header = next_header(up, begin, end)) {
    std::vector<std::byte> payload =
        with_breaks_reported([&] { return receive_payload(up, *header, end); });
    if (header->kind == greeting.kind &&
        header->sequence == greeting.sequence) {
      return payload;
    }
  }
  return std::nullopt;
}

GreetingAnswer greet_until(Link& up, Link& down, Header greeting,
                           std::span<const std::byte> payload,
                           uint32_t& last_number, Deadline end) {
  std::string broken_by;
  milliseconds wait = kFirstWait;
  for (;;) {
    greeting.sequence = ++last_number;
    try {
      with_breaks_reported([&] { send_message(down, greeting, payload, end); });
      const Deadline begin = std::min(end, steady_clock::now() + wait);
      if (auto answer = receive_greeting(up, greeting, begin, end)) {
        return {std::move(*answer), std::move(broken_by)};
      }
      wait *= 2;
    } catch (const RingBroken& error) {
      // The greeting may be among what was lost.
      broken_by = error.what();
      if (steady_clock::now() >= end) {
        throw RingError(broken_by + ", again and again");
      }
      wait = kFirstWait;
    }
  }
}

}  // namespace

Header receive_answer_header(Link& up, Deadline begin, Deadline end) {
  return with_breaks_reported([&] {
    const Header header = receive_header(up, begin, end);
    const bool is_error = header.kind == Kind::kError;
    if (!is_error && header.kind != Kind::kReset) return header;
    const std::string text = text_of(receive_payload(up, header, end));
    if (is_error) throw RingError(text);
    throw RingBroken(text);
  });
}

GreetingAnswer greet_ring(Link& up, Link& down, Header greeting,
                          std::span<const std::byte> payload,
                          uint32_t& last_number, milliseconds patience) {
  try {
    return greet_until(up, down, greeting, payload, last_number,
                       steady_clock::now() + patience);
  } catch (const LinkError& error) {
    throw error.after(patience);
  }
}

}  // namespace pi_ring
