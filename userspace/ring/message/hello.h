// The first message round the ring: each rank says what it holds, and the next
// one checks that the shards belong together.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "model/folder/weights.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {

// What goes round to find the ring whole may be lost unnoticed: written just
// before a link under it was renewed. So the head says it again, first after so
// long, then after twice as long.
inline constexpr std::chrono::milliseconds kFirstGreetingWait(250);

struct Hello {
  uint32_t rank = 0;
  uint32_t ranks = 0;
  uint32_t begin = 0;  // layers [begin, end)
  uint32_t end = 0;
  uint32_t layers = 0;  // in the whole model
  uint64_t fingerprint = 0;
  std::string model;  // a name for people, shortened to fit
};

Hello hello_of(const Weights& weights);

// As a message: the head numbers its greetings, and what comes back has the
// number of the one it answers.
Header hello_header(uint32_t number);
std::vector<std::byte> encode(const Hello& hello);
// The payload of a kHello message; throws RingError where it is none.
Hello receive_hello(Link& up, const Header& header, Deadline deadline);

// Throws RingError naming both where `mine` cannot stand next after
// `previous`.
void check_neighbour(const Hello& previous, const Hello& mine);

}  // namespace pi_ring
