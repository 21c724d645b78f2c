// `pi-ring loopback` as its users run it. A FIFO gives back what it is given,
// as a neighbour does that runs --echo.
#include <sys/stat.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

class LoopbackTest : public CommandTest {
 protected:
  LoopbackTest() { mkfifo(fifo().c_str(), 0600); }

  std::filesystem::path fifo() const { return folder_.path() / "fifo"; }
};

TEST_F(LoopbackTest, ATableIsForPeople) {
  const Ending run =
      pi_ring_run({"loopback", "--peer", fifo(), "--bytes", "100K"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, HasSubstr("there and back     102400      0"));
  EXPECT_THAT(run.out, HasSubstr("1000 round trips of a byte: median "));
  EXPECT_EQ(run.err, "");
}

TEST_F(LoopbackTest, AnObjectIsForPrograms) {
  const Ending run = pi_ring_run({"loopback", "--peer", fifo(), "--bytes",
                                  "100K", "--turns", "7", "--json"});
  EXPECT_EQ(run.status, 0);
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["ways"][0]["bytes"], 102400);
  EXPECT_EQ(json["ways"][0]["wrong"], 0);
  EXPECT_EQ(json["round_trips"]["count"], 7);
}

TEST_F(LoopbackTest, AHistogramSaysFromWhenToWhen) {
  const Ending run = pi_ring_run(
      {"loopback", "--peer", fifo(), "--bytes", "1K", "--turns", "3"});
  EXPECT_THAT(run.out, testing::ContainsRegex(" us +[1-3]  #####"));
  EXPECT_THAT(run.out, testing::ContainsRegex("[0-9] to +[0-9]+ us"));
}

TEST_F(LoopbackTest, WithoutTheDriverABankIsNamed) {
  EXPECT_EQ(pi_ring_run({"loopback", "--bitbang", "--peer", fifo()}).status, 2);
  EXPECT_EQ(
      pi_ring_run({"loopback", "--bitbang", "--down", "/dev/null"}).status, 2);
}

TEST_F(LoopbackTest, AChipThatIsNotThereIsOneLine) {
  const Ending run = pi_ring_run({"loopback", "--bitbang", "--chip", "none"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("no GPIO chip \"none\""));
}

TEST_F(LoopbackTest, AMissingDeviceIsOneLine) {
  const Ending run = pi_ring_run({"loopback", "--peer", folder_.path() / "no"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("is the module loaded"));
}

TEST_F(LoopbackTest, AWrongCallIsRefused) {
  EXPECT_EQ(pi_ring_run({"loopback", "--bytes", "many"}).status, 2);
  EXPECT_EQ(
      pi_ring_run({"loopback", "--peer", fifo(), "--echo", fifo()}).status, 2);
}

TEST_F(LoopbackTest, AnEchoEndsByASignal) {
  RunningProgram echo(pi_ring_call({"loopback", "--echo", fifo()}));
  echo.signal(SIGINT);
  const Ending ending = echo.wait();
  EXPECT_EQ(ending.signal, SIGINT);
}

}  // namespace
}  // namespace pi_ring
