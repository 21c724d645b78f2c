// Forks a rank and ties its life to the head's.
#include "userspace/ring/launch/rank_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iostream>
#include <string>
#include <system_error>

namespace pi_ring {
namespace {

// What the kernel sends when the head dies. A signal for this alone: SIGTERM
// may also come from somebody who means this one rank, and asking who the
// parent is does not tell them apart. Of a dying process's threads the first
// may go, and be told of, while another still makes it the parent.
constexpr int kHeadDied = SIGUSR1;

// For the signal handler, which may do little but read: set once, before it is
// installed, in a process that is one rank for all its life.
pid_t head_pid = 0;
char last_words[96] = "";
size_t last_words_size = 0;

[[noreturn]] void end_without_head(int = 0) {
  // Nobody is left to complain to if this fails.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, last_words, last_words_size);
  _exit(1);
}

// One voice is enough: the lowest rank's.
void prepare_last_words(int rank, int head) {
  if (rank != 0) return;
  const int size =
      std::snprintf(last_words, sizeof last_words,
                    "pi-ring: rank %d (the head) died; the ring stops\n", head);
  last_words_size = std::min<size_t>(size, sizeof last_words - 1);
}

void set_action(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  if (sigaction(signal, &action, nullptr) != 0) {
    throw std::system_error(errno, std::generic_category(), "sigaction");
  }
}

void die_with_head() {
  if (prctl(PR_SET_PDEATHSIG, kHeadDied) != 0) {
    throw std::system_error(errno, std::generic_category(), "prctl");
  }
  // It may have died before the kernel knew that we wish to hear of it.
  if (getppid() != head_pid) end_without_head();
}

void unblock(int signal) {
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
}

[[noreturn]] void run_child(int rank, int head, const HeldSignals& signals,
                            const std::function<int()>& body) noexcept {
  prepare_last_words(rank, head);
  set_action(SIGINT, SIG_IGN);
  set_action(SIGHUP, SIG_IGN);
  set_action(SIGPIPE, SIG_IGN);
  set_action(kHeadDied, end_without_head);
  die_with_head();
  signals.release();
  unblock(kHeadDied);  // even if whoever started the head had blocked it
  _exit(body());
}

void flush_output() {
  std::cout.flush();
  std::clog.flush();
  std::fflush(nullptr);
}

}  // namespace

pid_t fork_rank(int rank, int head, const HeldSignals& signals,
                const std::function<int()>& body) {
  flush_output();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid > 0) return pid;
  head_pid = parent;
  run_child(rank, head, signals, body);
}

}  // namespace pi_ring
