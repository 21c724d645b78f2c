// One rank as a child process that ends with its head.
#pragma once

#include <sys/types.h>

#include <functional>

#include "model/base/lost_file.h"
#include "userspace/ring/launch/blocked_signals.h"

namespace pi_ring {

// Forks a process that runs `body` as rank `rank` and exits with what it
// returns. The caller is the head, rank `head`. The child ends by _exit: no
// buffer, destructor or exit handler of the head runs a second time, and the
// body has to flush its own buffers. A body that throws aborts. The caller has
// one thread and has blocked the signals.
//
// The child ignores SIGINT, SIGTERM and SIGHUP, and ends when the thread that
// called this ends; the kernel tells it by SIGUSR1. SIGKILL ends it alone. The
// lowest rank says that the head died, unless the head's last words have.
pid_t fork_rank(int rank, int head, const BlockedSignals& signals,
                const std::function<int()>& body,
                const LastWords* words_of_head = nullptr);

}  // namespace pi_ring
