// A ring from fork to reaping, without failures.
#include "userspace/ring/launch/process_ring.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/sanitized.h"
#include "tests/userspace/ring/launch/remains.h"
#include "tests/userspace/ring/launch/ring_bodies.h"
#include "tests/userspace/ring/pipe.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

TEST(ProcessRing, BytesGoRoundARingOfAnySize) {
  for (int ranks : {2, 3, 4, 7}) {
    ProcessRing ring(ranks, pass_down);
    EXPECT_EQ(ring.ranks(), ranks);
    for (int i = 0; i < 100; ++i) turn(ring, std::byte(i), in_time());
    for (int link = 0; link < ranks; ++link) {
      EXPECT_EQ(ring.links().bytes_down(link), 100 * kPiece);
      EXPECT_EQ(ring.links().bytes_up(link), 0u);
    }
  }
}

TEST(ProcessRing, BytesGoRoundUpwardToo) {
  ProcessRing ring(4, pass_up);
  const Bytes sent(kPiece, std::byte(9));
  Bytes received(kPiece);
  ring.up().send(sent, in_time());
  ring.down().receive(received, in_time());
  EXPECT_EQ(received, sent);
  EXPECT_EQ(ring.links().bytes_up(0), kPiece);
}

TEST(ProcessRing, AMessageLargerThanAllLinksTogetherGoesRound) {
  ProcessRing ring(3, pass_down, 4096);
  const Bytes sent(kPiece * 10'000, std::byte(77));
  Bytes received(sent.size());
  std::thread sender([&] { ring.down().send(sent, in_time()); });
  ring.up().receive(received, in_time());
  sender.join();
  EXPECT_TRUE(received == sent);
}

TEST(ProcessRing, EachChildKnowsItsRank) {
  ProcessRing ring(4, [](int rank, Link& up, Link& down) {
    Bytes ranks_so_far(static_cast<size_t>(rank));
    up.receive(ranks_so_far, in_time());
    ranks_so_far.push_back(std::byte(rank));
    down.send(ranks_so_far, in_time());
    return sleep_on(rank, up, down);
  });
  Bytes ranks(3);
  ring.up().receive(ranks, in_time());
  EXPECT_EQ(ranks, (Bytes{std::byte(0), std::byte(1), std::byte(2)}));
}

TEST(ProcessRing, ARingOfOneHasNoLinksAndLeavesSignalsAlone) {
  ProcessRing ring(1, sleep_on);
  EXPECT_THROW(ring.up(), std::logic_error);
  EXPECT_THROW(ring.down(), std::logic_error);
  EXPECT_FALSE(has_children());
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_FALSE(sigismember(&mask, SIGINT));
  EXPECT_FALSE(sigismember(&mask, SIGCHLD));
}

TEST(ProcessRing, ARingOfNoRanksIsRefused) {
  EXPECT_THROW(ProcessRing(0, sleep_on), std::invalid_argument);
  EXPECT_THROW(ProcessRing(-3, sleep_on), std::invalid_argument);
}

TEST(ProcessRing, ChildrenAreGivenTimeToEndByThemselves) {
  Pipe pipe;
  {
    ProcessRing ring(3, [&](int rank, Link& up, Link& down) {
      pass_down(rank, up, down);
      std::this_thread::sleep_for(milliseconds(20));
      pipe.put('e');
      return 0;
    });
    turn(ring, std::byte(1), in_time());
  }
  EXPECT_EQ(pipe.read_all(), "ee");
}

TEST(ProcessRing, ChildrenThatDoNotEndAreKilled) {
  std::vector<pid_t> pids;
  {
    ProcessRing ring(3, sleep_on);
    pids = processes(ring);
    kill(pids[1], SIGSTOP);
  }
  for (pid_t pid : pids) EXPECT_FALSE(exists(pid));
  EXPECT_FALSE(has_children());
}

TEST(ProcessRing, TheSignalMaskIsAsBeforeOnceTheRingIsGone) {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  { ProcessRing ring(2, pass_down); }
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
    EXPECT_EQ(sigismember(&before, signal), sigismember(&after, signal));
  }
}

TEST(ProcessRing, HundredsOfRingsInARowLeaveNothingBehind) {
  const size_t descriptors = count_entries("/proc/self/fd");
  [[maybe_unused]] const size_t threads = count_entries("/proc/self/task");
  for (int round = 0; round < (kSanitized ? 50 : 1000); ++round) {
    ProcessRing ring(3, pass_down);
    turn(ring, std::byte(round), in_time());
  }
  EXPECT_EQ(count_entries("/proc/self/fd"), descriptors);
#ifndef __SANITIZE_THREAD__  // which starts a thread of its own when it likes
  // The kernel may list a joined thread a little longer.
  for (int i = 0; i < 1000 && count_entries("/proc/self/task") > threads; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(count_entries("/proc/self/task"), threads);
#endif
  EXPECT_FALSE(has_children());
}

TEST(ProcessRing, WhatTheHeadHadBufferedIsWrittenOnce) {
  Pipe pipe;
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(pipe.in(), STDOUT_FILENO);
    std::printf("once");
    { ProcessRing ring(4, pass_down); }
    std::fflush(stdout);
    _exit(0);
  }
  EXPECT_EQ(pipe.read_all(), "once");
  waitpid(pid, nullptr, 0);
}

TEST(ProcessRing, ARingMapsNoFileOfDevShm) {
  ProcessRing ring(4, pass_down);
  turn(ring, std::byte(1), in_time());
  EXPECT_FALSE(maps_shared_memory_file(getpid()));
  for (pid_t pid : processes(ring)) EXPECT_FALSE(maps_shared_memory_file(pid));
}

double processor_seconds(pid_t pid) {
  clockid_t clock = 0;
  timespec time = {};
  EXPECT_EQ(clock_getcpuclockid(pid, &clock), 0);
  EXPECT_EQ(clock_gettime(clock, &time), 0);
  return static_cast<double>(time.tv_sec) +
         1e-9 * static_cast<double>(time.tv_nsec);
}

TEST(ProcessRing, FourWaitingRanksUseLessThanAHundredthOfAProcessor) {
  ProcessRing ring(5, pass_down);
  turn(ring, std::byte(1), in_time());
  std::vector<pid_t> pids = processes(ring);
  pids.push_back(getpid());  // the head's watcher and its wait
  double used = 0;
  for (pid_t pid : pids) used -= processor_seconds(pid);
  Bytes bytes(1);
  EXPECT_THROW(ring.up().receive(bytes, steady_clock::now() + seconds(2)),
               LinkError);
  for (pid_t pid : pids) used += processor_seconds(pid);
  RecordProperty("processor_seconds", std::to_string(used));
  EXPECT_LT(used / 2, 0.01);
}

}  // namespace
}  // namespace pi_ring
