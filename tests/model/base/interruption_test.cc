// What becomes of a signal that asks for the end, tried in processes of their
// own.
#include "model/base/interruption.h"

#include <gtest/gtest.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "tests/process_end.h"

namespace pi_ring {
namespace {

// As the terminal sends it for Ctrl-C. A process may send itself what looks
// like the kernel's.
void press_control_c() {
  siginfo_t info{};
  info.si_signo = SIGINT;
  info.si_code = SI_KERNEL;
  syscall(SYS_rt_sigqueueinfo, getpid(), SIGINT, &info);
}

siginfo_t received(int signal) {
  siginfo_t info{};
  info.si_signo = signal;
  info.si_code = SI_USER;
  return info;
}

class Signal : public testing::TestWithParam<int> {};

TEST_P(Signal, IsThrownAtTheNextCheck) {
  const ProcessEnd ending = end_of([] {
    const StopRequest stop;
    StopRequest::check();
    raise(GetParam());
    try {
      StopRequest::check();
    } catch (const Interrupted& interrupted) {
      _exit(interrupted.signal == GetParam() ? 3 : 4);
    }
  });
  EXPECT_TRUE(WIFEXITED(ending.status));
  EXPECT_EQ(WEXITSTATUS(ending.status), 3);
  EXPECT_EQ(ending.err, "");
}

TEST_P(Signal, EndsTheProcessAtOnceByControlC) {
  for (const bool finish_first : {false, true}) {
    const ProcessEnd ending = end_of([=] {
      const StopRequest stop;
      if (finish_first) stop.finish_first("");
      raise(GetParam());
      press_control_c();
    });
    EXPECT_TRUE(WIFSIGNALED(ending.status)) << ending.status;
    EXPECT_EQ(WTERMSIG(ending.status), SIGINT);
  }
}

TEST_P(Signal, MayBeRepeatedByItsSenders) {
  for (const bool finish_first : {false, true}) {
    const ProcessEnd ending = end_of([=] {
      const StopRequest stop;
      if (finish_first) stop.finish_first("stopping soon\n");
      for (int i = 0; i < 1 + StopRequest::kRepeats; ++i) raise(GetParam());
      _exit(StopRequest::signal() == GetParam() ? 3 : 4);
    });
    EXPECT_TRUE(WIFEXITED(ending.status)) << ending.status;
    EXPECT_EQ(WEXITSTATUS(ending.status), 3);
    EXPECT_EQ(ending.err, finish_first ? "stopping soon\n" : "");
  }
}

TEST_P(Signal, EndsTheProcessAtOnceAfterItsRepeats) {
  const ProcessEnd ending = end_of([] {
    const StopRequest stop;
    raise(SIGTERM);
    for (int i = 0; i < StopRequest::kRepeats; ++i) raise(SIGTERM);
    raise(GetParam());
  });
  EXPECT_TRUE(WIFSIGNALED(ending.status)) << ending.status;
  EXPECT_EQ(WTERMSIG(ending.status), GetParam());
}

TEST_P(Signal, LetsWorkFinishThatSaysSo) {
  const ProcessEnd ending = end_of([] {
    const StopRequest stop;
    stop.finish_first("stopping soon\n");
    raise(GetParam());
    StopRequest::check();
    _exit(StopRequest::signal() == GetParam() ? 3 : 4);
  });
  EXPECT_TRUE(WIFEXITED(ending.status)) << ending.status;
  EXPECT_EQ(WEXITSTATUS(ending.status), 3);
  EXPECT_EQ(ending.err, "stopping soon\n");
}

TEST_P(Signal, EndsTheProcessAtOnceWhereNobodyLooks) {
  const ProcessEnd ending = end_of([] {
    { const StopRequest stop; }
    if (StopRequest::note(received(GetParam()))) _exit(3);
    raise(GetParam());
  });
  EXPECT_TRUE(WIFSIGNALED(ending.status)) << ending.status;
}

TEST_P(Signal, IsStillIgnoredWhereItWasIgnored) {
  const ProcessEnd ending = end_of([] {
    signal(GetParam(), SIG_IGN);
    const StopRequest stop;
    raise(GetParam());
    _exit(StopRequest::signal() == 0 ? 3 : 4);
  });
  EXPECT_TRUE(WIFEXITED(ending.status)) << ending.status;
  EXPECT_EQ(WEXITSTATUS(ending.status), 3);
}

INSTANTIATE_TEST_SUITE_P(Signals, Signal,
                         testing::Values(SIGINT, SIGTERM, SIGHUP),
                         [](const auto& tried) {
                           return std::string("SIG") +
                                  sigabbrev_np(tried.param);
                         });

TEST(StopRequest, TakesASignalThatAnotherThreadHasReceived) {
  const StopRequest stop;
  EXPECT_TRUE(StopRequest::note(received(SIGTERM)));
  EXPECT_EQ(StopRequest::signal(), SIGTERM);
  siginfo_t control_c = received(SIGINT);
  control_c.si_code = SI_KERNEL;
  EXPECT_FALSE(StopRequest::note(control_c)) << "it ends the process";
  EXPECT_THROW(StopRequest::check(), Interrupted);
}

}  // namespace
}  // namespace pi_ring
