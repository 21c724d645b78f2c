// What the ranks of a test's ring do, and what its head does.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "tests/userspace/bytes.h"
#include "tests/userspace/deadlines.h"
#include "userspace/link/link.h"
#include "userspace/ring/launch/process_ring.h"

namespace pi_ring {

// Each rank passes on what it receives, in pieces of kPiece.
inline constexpr size_t kPiece = 64;

inline int pass_down(int, Link& up, Link& down) {
  Bytes bytes(kPiece);
  try {
    for (;;) {
      up.receive(bytes, kForever);
      down.send(bytes, kForever);
    }
  } catch (const LinkError&) {
    return 0;
  }
}

inline int pass_up(int rank, Link& up, Link& down) {
  return pass_down(rank, down, up);
}

inline int sleep_on(int, Link&, Link&) {
  for (;;) pause();
}

// Sends a piece round the ring, as the head.
inline void turn(ProcessRing& ring, std::byte value, Deadline deadline) {
  const Bytes sent(kPiece, value);
  ring.down().send(sent, deadline);
  Bytes received(kPiece);
  ring.up().receive(received, deadline);
  ASSERT_EQ(received, sent);
}

inline std::vector<pid_t> processes(const ProcessRing& ring) {
  std::vector<pid_t> pids;
  for (int rank = 0; rank + 1 < ring.ranks(); ++rank) {
    pids.push_back(ring.process(rank));
  }
  return pids;
}

}  // namespace pi_ring
