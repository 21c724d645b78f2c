// Signals that are to end work on files.
#include "model/base/interruption.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pi_ring {
namespace {

int signal_of_check() {
  try {
    Interruptible::check();
  } catch (const Interrupted& interrupted) {
    return interrupted.signal;
  }
  return 0;
}

// Sets what a signal does, and afterwards what it did before.
class ActionOf {
 public:
  ActionOf(int signal, void (*does)(int)) : signal_(signal) {
    struct sigaction action {};
    action.sa_handler = does;
    sigaction(signal_, &action, &before_);
  }
  ~ActionOf() { sigaction(signal_, &before_, nullptr); }
  ActionOf(const ActionOf&) = delete;
  ActionOf& operator=(const ActionOf&) = delete;

  void (*handler() const)(int) {
    struct sigaction now {};
    sigaction(signal_, nullptr, &now);
    return now.sa_handler;
  }

 private:
  int signal_;
  struct sigaction before_ {};
};

TEST(Interruption, WithoutASignalNothingIsThrown) {
  const Interruptible here;
  EXPECT_EQ(signal_of_check(), 0);
}

TEST(Interruption, TheSignalIsThrownAtTheNextCheck) {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const ActionOf before(signal, SIG_DFL);
    const Interruptible here;
    std::raise(signal);
    EXPECT_EQ(signal_of_check(), signal);
  }
}

TEST(Interruption, AnEarlierOnesSignalIsForgotten) {
  const ActionOf before(SIGTERM, SIG_DFL);
  {
    const Interruptible earlier;
    std::raise(SIGTERM);
  }
  const Interruptible here;
  EXPECT_EQ(signal_of_check(), 0);
}

TEST(Interruption, WhatIsIgnoredStaysIgnored) {
  const ActionOf nohup(SIGHUP, SIG_IGN);
  const Interruptible here;
  std::raise(SIGHUP);
  EXPECT_EQ(signal_of_check(), 0);
}

TEST(Interruption, SignalsDoAfterwardsWhatTheyDidBefore) {
  const ActionOf before(SIGINT, SIG_DFL);
  {
    const Interruptible here;
    EXPECT_NE(before.handler(), SIG_DFL);
  }
  EXPECT_EQ(before.handler(), SIG_DFL);
}

}  // namespace
}  // namespace pi_ring
