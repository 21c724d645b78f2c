// Messages of a ring as bytes, and what a hostile rank makes of them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/choices.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {

std::string string_of(std::span<const std::byte> bytes);
std::string bytes_of(const Header& header, std::string_view payload);
std::string bytes_of(const Header& header, std::span<const std::byte> payload);

// The next message is taken from the front of `bytes`, which hold it whole.
struct OneMessage {
  Header header;
  std::string payload;
};
OneMessage take_message(std::string& bytes);

// Changes one field of the header, often to an extreme, and leaves a kind of
// `kinds`.
void damage(Header& header, std::span<const Kind> kinds, Choices& choices);

// Changes a byte of the payload, or its length.
void damage(std::string& payload, Choices& choices);

}  // namespace pi_ring
