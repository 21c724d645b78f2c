// Forks a rank that ends when the head does.
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

// The kernel sends this signal when the head dies, and nobody else does.
// It cannot be SIGTERM, which `timeout` and systemd send to all processes of a
// group: getppid() does not tell the two apart, because the thread that forked
// may have died while another keeps the process alive.
constexpr int kHeadDied = SIGUSR1;

// For the signal handler. Set once, before the handler is installed.
pid_t head_pid = 0;
char exit_message[96] = "";
size_t exit_message_size = 0;
const LastWords* last_words_of_head = nullptr;

[[noreturn]] void end_without_head(int = 0) {
  if (last_words_of_head != nullptr && last_words_of_head->are_said()) {
    _exit(1);
  }
  // If this fails, nobody is left to be told.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, exit_message, exit_message_size);
  _exit(1);
}

// Only the lowest rank reports the head's death.
void prepare_exit_message(int rank, int head) {
  if (rank != 0) return;
  const int size =
      std::snprintf(exit_message, sizeof exit_message,
                    "pi-ring: rank %d (the head) died; the ring stops\n", head);
  exit_message_size = std::min<size_t>(size, sizeof exit_message - 1);
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
  // The head may have died before prctl() took effect.
  if (getppid() != head_pid) end_without_head();
}

void unblock(int signal) {
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
}

[[noreturn]] void run_child(int rank, int head, const BlockedSignals& signals,
                            const std::function<int()>& body) noexcept {
  prepare_exit_message(rank, head);
  // The head decides what a signal to the whole group means: it may need the
  // ranks to finish a step and save it.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    set_action(signal, SIG_IGN);
  }
  set_action(kHeadDied, end_without_head);
  die_with_head();
  signals.restore_mask();
  unblock(kHeadDied);  // it may have been blocked when the head started
  _exit(body());
}

void flush_output() {
  std::cout.flush();
  std::clog.flush();
  std::fflush(nullptr);
}

}  // namespace

pid_t fork_rank(int rank, int head, const BlockedSignals& signals,
                const std::function<int()>& body,
                const LastWords* words_of_head) {
  flush_output();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid > 0) return pid;
  head_pid = parent;
  last_words_of_head = words_of_head;
  run_child(rank, head, signals, body);
}

}  // namespace pi_ring
