// Shared memory between two processes, one of which may be killed.
#include "userspace/link/shm.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/userspace/bytes.h"
#include "tests/userspace/deadlines.h"
#include "userspace/link/affinity.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A forked process that the destructor kills and reaps.
class Process {
 public:
  explicit Process(const std::function<void()>& body) : pid_(fork()) {
    if (pid_ < 0) {
      throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (pid_ == 0) run(body);
  }
  ~Process() {
    if (pid_ > 0) kill_and_reap();
  }

  pid_t pid() const { return pid_; }

  void kill_and_reap() {
    kill(pid_, SIGKILL);
    wait();
  }

  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
  }

 private:
  [[noreturn]] static void run(const std::function<void()>& body) noexcept {
    body();
    _exit(0);
  }

  pid_t pid_;
};

void echo_until_closed(Link& link, size_t size) {
  Bytes bytes(size);
  try {
    for (;;) {
      link.receive(bytes, kForever);
      link.send(bytes, kForever);
    }
  } catch (const LinkError&) {
  }
}

TEST(Shm, AMessageLargerThanTheQueuePassesBetweenTwoProcesses) {
  constexpr size_t kSize = 1'000'003;
  ShmLinks links(1, 4096);
  Process echo([&] { echo_until_closed(*links.upstream_end(0), 1009); });
  const auto end = links.downstream_end(0);
  Bytes sent(kSize / 1009 * 1009);
  for (size_t i = 0; i < sent.size(); ++i) sent[i] = std::byte(i * 7 >> 3);
  Bytes received(sent.size());
  std::thread sender([&] { end->send(sent, in_time()); });
  end->receive(received, in_time());
  sender.join();
  EXPECT_TRUE(received == sent);
  EXPECT_EQ(links.bytes_down(0), sent.size());
  EXPECT_EQ(links.bytes_up(0), sent.size());
  end->close();
  EXPECT_EQ(echo.wait(), 0);
}

TEST(Shm, ThousandsOfTurnaroundsBetweenTwoProcessesArriveComplete) {
  ShmLinks links(1);
  Process echo([&] { echo_until_closed(*links.upstream_end(0), 2048); });
  const auto end = links.downstream_end(0);
  Bytes received(2048);
  for (int turn = 0; turn < 5000; ++turn) {
    const Bytes sent(2048, std::byte(turn));
    end->send(sent, in_time());
    end->receive(received, in_time());
    ASSERT_EQ(received, sent) << "turn " << turn;
  }
}

TEST(Shm, ACloseOnBehalfOfAKilledProcessWakesItsNeighbourAtOnce) {
  ShmLinks links(1, 4096);
  const auto end = links.downstream_end(0);
  Process neighbour([&] { echo_until_closed(*links.upstream_end(0), 16); });
  Bytes bytes(16);
  end->send(bytes, in_time());
  end->receive(bytes, in_time());
  neighbour.kill_and_reap();
  std::thread warden([&] {
    std::this_thread::sleep_for(milliseconds(30));
    links.close_link(0);
  });
  EXPECT_THROW(end->receive(bytes, kForever), LinkError);
  warden.join();
}

TEST(Shm, AProcessKilledAtAnyMomentLeavesItsNeighbourAbleToEnd) {
  for (int round = 0; round < 50; ++round) {
    ShmLinks links(1, 4096);
    const auto end = links.downstream_end(0);
    Process neighbour([&] { echo_until_closed(*links.upstream_end(0), 16); });
    std::thread killer([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(97 * round));
      neighbour.kill_and_reap();
      links.close_link(0);
    });
    // Ends only when the link does.
    Bytes bytes(16);
    EXPECT_THROW(
        for (;;) {
          end->send(bytes, kForever);
          end->receive(bytes, kForever);
        },
        LinkError);
    killer.join();
  }
}

TEST(Shm, ReportsWhatEachEndWaitsFor) {
  ShmLinks links(1, 4096);
  const auto down = links.downstream_end(0);
  const auto up = links.upstream_end(0);
  EXPECT_FALSE(links.upstream_end_waits(0).for_data);
  std::thread reader([&] {
    Bytes bytes(1);
    EXPECT_THROW(up->receive(bytes, kForever), LinkError);
  });
  std::thread writer(
      [&] { EXPECT_THROW(up->send(Bytes(4097), kForever), LinkError); });
  while (!links.upstream_end_waits(0).for_data ||
         !links.upstream_end_waits(0).for_space) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_FALSE(links.downstream_end_waits(0).for_data);
  EXPECT_FALSE(links.downstream_end_waits(0).for_space);
  down->close();
  reader.join();
  writer.join();
}

// Installs a handler that does nothing, so that system calls are interrupted.
void interrupt(int) {}

TEST(Shm, AWaitGoesOnAfterASignalHandlerRan) {
  ShmLinks links(1, 4096);
  const auto down = links.downstream_end(0);
  Process neighbour([&] {
    struct sigaction action = {};
    action.sa_handler = interrupt;  // without SA_RESTART
    sigaction(SIGUSR1, &action, nullptr);
    const auto up = links.upstream_end(0);
    up->send(Bytes(1), in_time());  // "the handler is there"
    Bytes bytes(8);
    up->receive(bytes, in_time());
    up->send(bytes, in_time());
  });
  Bytes ready(1);
  down->receive(ready, in_time());
  for (int i = 0; i < 50; ++i) {
    kill(neighbour.pid(), SIGUSR1);
    std::this_thread::sleep_for(milliseconds(1));
  }
  const Bytes sent(8, std::byte(42));
  down->send(sent, in_time());
  Bytes received(8);
  down->receive(received, in_time());
  EXPECT_EQ(received, sent);
  EXPECT_EQ(neighbour.wait(), 0);
}

TEST(Shm, ACapacityIsRoundedUpToAPowerOfTwo) {
  ShmLinks links(1, 1000);
  const auto end = links.downstream_end(0);
  end->send(Bytes(1024), steady_clock::now());
  EXPECT_THROW(end->send(Bytes(1), steady_clock::now()), LinkError);
}

TEST(Shm, LinksOfOneSegmentAreSeparate) {
  constexpr int kLinks = 7;
  ShmLinks links(kLinks, 64);
  std::vector<std::unique_ptr<Link>> senders;
  std::vector<std::unique_ptr<Link>> receivers;
  for (int i = 0; i < kLinks; ++i) {
    senders.push_back(links.downstream_end(i));
    receivers.push_back(links.upstream_end(i));
    senders[i]->send(Bytes(64, std::byte(i)), in_time());
    receivers[i]->send(Bytes(64, std::byte(100 + i)), in_time());
  }
  for (int i = 0; i < kLinks; ++i) {
    Bytes down(64);
    Bytes up(64);
    receivers[i]->receive(down, in_time());
    senders[i]->receive(up, in_time());
    EXPECT_EQ(down, Bytes(64, std::byte(i)));
    EXPECT_EQ(up, Bytes(64, std::byte(100 + i)));
  }
}

TEST(Shm, ASegmentOfNoLinksIsEmptyAndImpossibleOnesAreRefused) {
  EXPECT_EQ(ShmLinks(0, 4096).count(), 0);
  EXPECT_THROW(ShmLinks(0, 4096).close_link(0), std::out_of_range);
  EXPECT_THROW(ShmLinks(-1, 4096), std::invalid_argument);
  EXPECT_THROW(ShmLinks(1, 0), std::invalid_argument);
  EXPECT_THROW(ShmLinks(1, SIZE_MAX / 2), std::invalid_argument);
}

cpu_set_t allowed_processors() {
  cpu_set_t processors;
  EXPECT_EQ(sched_getaffinity(0, sizeof processors, &processors), 0);
  return processors;
}

TEST(Shm, AReceiverRunsOnTheSendersProcessorUntilItMayRunOnAny) {
  ShmLinks links(1);
  const auto sender = links.downstream_end(0);
  const auto receiver = links.upstream_end(0);
  const cpu_set_t before = allowed_processors();
  Bytes bytes(1);
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &before)) continue;
    std::jthread([&] {
      ThreadAffinity affinity;
      affinity.pin_to(processor);
      sender->send(bytes, in_time());
    }).join();
    receiver->set_affinity(Link::Affinity::kSendersProcessor);
    receiver->receive(bytes, in_time());
    EXPECT_EQ(sched_getcpu(), processor);
    receiver->set_affinity(Link::Affinity::kAnyProcessor);
    const cpu_set_t after = allowed_processors();
    EXPECT_TRUE(CPU_EQUAL(&after, &before));
  }
}

TEST(Shm, AWaitUsesNoProcessorTime) {
  ShmLinks links(1);
  const auto end = links.downstream_end(0);
  Bytes bytes(1);
  timespec before = {};
  timespec after = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  EXPECT_THROW(end->receive(bytes, steady_clock::now() + milliseconds(1000)),
               LinkError);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  const double used =
      static_cast<double>(after.tv_sec - before.tv_sec) +
      1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
  EXPECT_LT(used, 0.01);
}

}  // namespace
}  // namespace pi_ring
