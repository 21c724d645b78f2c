// What a head learns when a rank dies, ends or stops answering.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "model/base/mapped_file.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/ring/launch/remains.h"
#include "tests/userspace/ring/launch/ring_bodies.h"
#include "userspace/ring/launch/process_ring.h"

namespace pi_ring {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::Eq;
using testing::Optional;

// Returns the explanation of the head's next LinkError.
std::optional<std::string> explain_failure(ProcessRing& ring,
                                           milliseconds patience) {
  try {
    for (;;) turn(ring, std::byte(1), steady_clock::now() + patience);
  } catch (const LinkError& error) {
    return ring.explain(error.after(patience));
  }
}

TEST(RankFailure, ARankKilledAtAnyMomentIsNamed) {
  std::mt19937 random(1);
  for (int round = 0; round < 30; ++round) {
    const int victim = round % 3;
    SCOPED_TRACE(testing::Message() << "round " << round);
    std::vector<pid_t> pids;
    {
      ProcessRing ring(4, pass_down);
      pids = processes(ring);
      const microseconds moment(random() % 5000);
      std::thread killer([&] {
        std::this_thread::sleep_for(moment);
        kill(ring.process(victim), SIGKILL);
      });
      const auto what = explain_failure(ring, seconds(60));
      killer.join();
      EXPECT_THAT(what, Optional("rank " + std::to_string(victim) +
                                 " was killed by SIGKILL"));
    }
    for (pid_t pid : pids) EXPECT_FALSE(exists(pid));
  }
  EXPECT_FALSE(has_children());
}

TEST(RankFailure, ADeathWakesAHeadThatWaitsWithoutLimit) {
  ProcessRing ring(3, pass_down);
  std::thread killer([&] {
    std::this_thread::sleep_for(milliseconds(30));
    kill(ring.process(0), SIGKILL);
  });
  Bytes bytes(1);
  EXPECT_THROW(ring.up().receive(bytes, kForever), LinkError);
  killer.join();
}

TEST(RankFailure, ARankIgnoresTheSignalsThatAreForItsHead) {
  ProcessRing ring(3, pass_down);
  turn(ring, std::byte(1), in_time());
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    kill(ring.process(1), signal);
    turn(ring, std::byte(2), in_time());
  }
}

TEST(RankFailure, ARankThatReturnsIsNamedWithItsStatus) {
  for (int status : {0, 3}) {
    ProcessRing ring(4, [status](int rank, Link& up, Link& down) {
      if (rank != 1) return pass_down(rank, up, down);
      Bytes bytes(kPiece);
      up.receive(bytes, kForever);
      return status;
    });
    EXPECT_THAT(
        explain_failure(ring, seconds(60)),
        Optional("rank 1 exited with status " + std::to_string(status)));
  }
}

TEST(RankFailure, ARankThatClosesItsLinksBeforeItExitsIsNamed) {
  ProcessRing ring(3, [](int rank, Link& up, Link& down) {
    if (rank != 1) {
      pass_down(rank, up, down);
      pause();
    }
    up.close();
    down.close();
    std::this_thread::sleep_for(milliseconds(50));
    return 4;
  });
  EXPECT_THAT(explain_failure(ring, seconds(60)),
              Optional(Eq("rank 1 exited with status 4")));
}

TEST(RankFailure, AStoppedRankIsNamedAfterTheDeadline) {
  for (int victim : {0, 1, 2}) {
    ProcessRing ring(4, pass_down);
    turn(ring, std::byte(1), in_time());
    kill(ring.process(victim), SIGSTOP);
    EXPECT_THAT(explain_failure(ring, milliseconds(1500)),
                Optional("rank " + std::to_string(victim) +
                         " has not answered for 1.5 s"));
  }
}

TEST(RankFailure, AStoppedRankIsNamedThoughItsNeighboursAreBlockedByIt) {
  ProcessRing ring(5, pass_down, 1024);
  turn(ring, std::byte(1), in_time());
  kill(ring.process(2), SIGSTOP);
  const milliseconds patience(1500);
  try {
    ring.down().send(Bytes(kPiece * 1000), steady_clock::now() + patience);
    FAIL() << "nothing stopped";
  } catch (const LinkError& error) {
    EXPECT_EQ(error.kind(), LinkError::Kind::kTimeout);
    EXPECT_THAT(ring.explain(error.after(patience)),
                Optional(Eq("rank 2 has not answered for 1.5 s")));
  }
}

TEST(RankFailure, ATimeoutThatNoRankCausedIsNotExplained) {
  ProcessRing ring(3, pass_down);
  turn(ring, std::byte(1), in_time());
  // Until all ranks sleep again.
  std::this_thread::sleep_for(milliseconds(500));
  Bytes bytes(1);
  try {
    ring.up().receive(bytes, steady_clock::now() + milliseconds(500));
    FAIL() << "nothing was sent, and yet it came";
  } catch (const LinkError& error) {
    EXPECT_THAT(ring.explain(error.after(milliseconds(500))), Eq(std::nullopt));
  }
}

TEST(RankFailure, ALostFileIsTheReason) {
  TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  write_file_text(path, std::string(20000, 'x'));
  const MappedFile map(path);
  ProcessRing ring(4, [&](int rank, Link& up, Link& down) {
    if (rank != 1) return pass_down(rank, up, down);
    std::filesystem::resize_file(path, 0);
    [[maybe_unused]] const volatile std::byte read = map.bytes()[0];
    return 0;
  });
  EXPECT_THAT(explain_failure(ring, seconds(60)),
              Optional(testing::StartsWith("rank 1: " + path.string() +
                                           ": was cut short")));
}

}  // namespace
}  // namespace pi_ring
