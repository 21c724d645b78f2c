// Reaps and kills children by their pids.
#include "userspace/ring/launch/children.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

namespace pi_ring {
namespace {

// Returns whether `pid` has ended. Never asks for any child (-1): other parts
// of the program may have children too.
bool has_ended(pid_t pid, int options, int& status) {
  pid_t answer = 0;
  do {
    answer = waitpid(pid, &status, options);
  } while (answer < 0 && errno == EINTR);
  return answer != 0;
}

}  // namespace

bool Children::any() const {
  return std::any_of(pids_.begin(), pids_.end(),
                     [](pid_t pid) { return pid != 0; });
}

std::vector<Children::End> Children::reap() {
  // Asks for every child: one SIGCHLD may stand for several that ended.
  std::vector<End> ends;
  for (size_t rank = 0; rank < pids_.size(); ++rank) {
    End end{static_cast<int>(rank)};
    if (pids_[rank] == 0 || !has_ended(pids_[rank], WNOHANG, end.status)) {
      continue;
    }
    pids_[rank] = 0;
    ends.push_back(end);
  }
  return ends;
}

void Children::kill_and_reap() {
  for (pid_t pid : pids_) {
    if (pid != 0) kill(pid, SIGKILL);
  }
  for (pid_t& pid : pids_) {
    int status = 0;
    if (pid != 0) has_ended(pid, 0, status);
    pid = 0;
  }
}

}  // namespace pi_ring
