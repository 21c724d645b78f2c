// A message that the head sends round the ring to learn that every rank is
// there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "userspace/ring/message/message.h"

namespace pi_ring {

struct GreetingAnswer {
  std::vector<std::byte> payload;
  std::string broken_by;  // what last broke the ring meanwhile; empty: nothing
};

// Sends `greeting` down and waits until it comes back from above, numbered in
// `last_number`, which is counted up. A greeting can be lost without notice: it
// may be written just before a link under it is reset. So it is sent again,
// first after a short wait, then after twice as long. Older messages that
// arrive meanwhile are dropped.
//
// Throws LinkError when it has not come back within `patience`, and RingError
// when the ring breaks until then, or when a rank reports an error.
GreetingAnswer greet_ring(Link& up, Link& down, Header greeting,
                          std::span<const std::byte> payload,
                          uint32_t& last_number,
                          std::chrono::milliseconds patience);

// Does the work, and turns a break of this rank's own links into the same
// RingBroken that another rank's report of a break becomes.
template <typename Work>
auto with_breaks_reported(Work work) {
  try {
    return work();
  } catch (const LinkError& error) {
    if (error.kind() != LinkError::Kind::kBroken) throw;
    throw RingBroken(error.what());
  }
}

// Receives the head's next header. Throws RingError where it announces an
// error, RingBroken where a rank reports a break.
Header receive_answer_header(Link& up, Deadline begin, Deadline end);

}  // namespace pi_ring
