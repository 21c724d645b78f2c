// One rank as a child process: how it is born, and how it ends with its head.
#pragma once

#include <sys/types.h>

#include <functional>

#include "userspace/ring/launch/held_signals.h"

namespace pi_ring {

// Forks a process that runs `body` as rank `rank` of the ring whose head is
// rank `head`, the caller, and ends with what it returns, by _exit: nothing of
// the head's (buffers, destructors, exit handlers) runs a second time, and what
// the body writes through buffers it has to flush itself. A body that throws
// aborts. To be called while there is one thread, with the signals held.
//
// The child leaves SIGINT and SIGHUP to the head, and ends when the thread that
// called this does (it hears of that by SIGUSR1).
pid_t fork_rank(int rank, int head, const HeldSignals& signals,
                const std::function<int()>& body);

}  // namespace pi_ring
