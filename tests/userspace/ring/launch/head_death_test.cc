// How a ring ends when its head gets a signal or is killed.
#include <gtest/gtest.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tests/userspace/ring/launch/remains.h"
#include "tests/userspace/ring/launch/ring_bodies.h"
#include "tests/userspace/ring/pipe.h"
#include "userspace/ring/launch/process_ring.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A process that makes a ring of four, tells the test its children's pids and
// then waits for bytes that never come. The test adopts the children when it
// dies, and so can see how they end.
class HeadProcess {
 public:
  explicit HeadProcess(void (*prepare)() = [] {}) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    std::fflush(nullptr);
    pid_ = fork();
    if (pid_ == 0) run(prepare);
    for (pid_t& child : children_) child = pids_.get<pid_t>();
  }
  ~HeadProcess() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      wait();
    }
  }

  const std::vector<pid_t>& children() const { return children_; }
  void send(int signal) const { kill(pid_, signal); }
  std::string read_errors() { return errors_.read_all(); }

  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
  }

 private:
  [[noreturn]] void run(void (*prepare)()) noexcept {
    dup2(errors_.in(), STDERR_FILENO);
    errors_.stop_writing();
    prepare();
    wait_for_bytes();
    _exit(9);
  }

  void wait_for_bytes() {
    ProcessRing ring(4, pass_down);
    // A piece has gone round, so every child is ready.
    turn(ring, std::byte(1), in_time());
    for (pid_t pid : processes(ring)) pids_.put(pid);
    Bytes bytes(1);
    try {
      ring.up().receive(bytes, kForever);
    } catch (const LinkError& error) {
      const auto what = ring.explain(error);
      dprintf(STDERR_FILENO, "%s\n", what ? what->c_str() : error.what());
    }
  }

  Pipe pids_;
  Pipe errors_;
  pid_t pid_ = 0;
  std::vector<pid_t> children_ = std::vector<pid_t>(3);
};

class SignalledHead : public testing::TestWithParam<int> {};

TEST_P(SignalledHead, LeavesNoProcessAndEndsByThatSignal) {
  HeadProcess head;
  head.send(GetParam());
  const int status = head.wait();
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  EXPECT_EQ(WTERMSIG(status), GetParam());
  for (pid_t pid : head.children()) EXPECT_FALSE(exists(pid));
  EXPECT_FALSE(has_children());
  EXPECT_EQ(head.read_errors(), "");
}

TEST_P(SignalledHead, LeavesNoProcessThoughAChildIsStopped) {
  HeadProcess head;
  kill(head.children()[1], SIGSTOP);
  head.send(GetParam());
  const int status = head.wait();
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  EXPECT_EQ(WTERMSIG(status), GetParam());
  for (pid_t pid : head.children()) EXPECT_FALSE(exists(pid));
  EXPECT_FALSE(has_children());
}

TEST_P(SignalledHead, IsLeftToEndTheRingByItsChildren) {
  HeadProcess head;
  for (pid_t pid : head.children()) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) kill(pid, signal);
  }
  head.send(GetParam());
  const int status = head.wait();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == GetParam()) << status;
  EXPECT_EQ(head.read_errors(), "");
}

INSTANTIATE_TEST_SUITE_P(Signals, SignalledHead,
                         testing::Values(SIGINT, SIGTERM, SIGHUP),
                         [](const auto& signal) {
                           return std::string("SIG") +
                                  sigabbrev_np(signal.param);
                         });

TEST(HeadDeath, AHeadThatIgnoresSighupGoesOnIgnoringIt) {
  HeadProcess head([] { signal(SIGHUP, SIG_IGN); });
  head.send(SIGHUP);
  std::this_thread::sleep_for(milliseconds(100));
  head.send(SIGTERM);
  const int status = head.wait();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
}

TEST(HeadDeath, ChildrenAreReapedEvenIfTheirDeathsWereIgnoredBefore) {
  HeadProcess head([] { signal(SIGCHLD, SIG_IGN); });
  kill(head.children()[2], SIGKILL);
  const int status = head.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 9) << status;
  EXPECT_EQ(head.read_errors(), "rank 2 was killed by SIGKILL\n");
  EXPECT_FALSE(has_children());
}

TEST(HeadDeath, WhenTheHeadIsKilledTheChildrenEndAndOneReportsIt) {
  HeadProcess head;
  head.send(SIGKILL);
  head.wait();
  for (pid_t pid : head.children()) {
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1) << status;
  }
  EXPECT_FALSE(has_children());
  EXPECT_EQ(head.read_errors(),
            "pi-ring: rank 3 (the head) died; the ring stops\n");
}

}  // namespace
}  // namespace pi_ring
