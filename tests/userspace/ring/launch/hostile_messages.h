// Messages that a hostile neighbour might send to a rank that is a service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "userspace/ring/message/hello.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {

// The bytes of a message on a link. Nothing of the header is checked.
std::vector<std::byte> message_bytes(const Header& header,
                                     const std::string& payload);

// The bytes of a message whose payload is a text.
std::vector<std::byte> text_bytes(Kind kind, const std::string& text);

struct HostileMessages {
  std::string what;  // for people
  std::vector<std::byte> bytes;
};

// Message number i is always the same. `hello` is the head's own greeting.
HostileMessages hostile_messages(uint64_t number, const Hello& hello);

}  // namespace pi_ring
