// `pi-ring rank` and the head of its ring. A FIFO carries a text's messages
// down as a device does. tests/kernel tests the driver.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

#include "tests/userspace/commands/command_test.h"
#include "userspace/commands/rank/readiness.h"

namespace pi_ring {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int kRanks = 3;

class RankTest : public CommandTest {
 protected:
  RankTest() : model_(make_model("model")) {
    for (int link = 0; link < kRanks; ++link) mkfifo(fifo(link).c_str(), 0600);
  }

  // The link from a rank to the next.
  std::string fifo(int link) const {
    return folder_.path() /
           ("link-" + std::to_string((link + kRanks) % kRanks));
  }

  std::string write_config(const std::string& text) const {
    std::string file = folder_.path() / "ring.yaml";
    std::ofstream(file) << text;
    return file;
  }

  Ending rank_with(const std::string& config) const {
    return pi_ring_run({"rank", "--config", write_config(config)});
  }

  std::unique_ptr<RunningProgram> start_rank(int rank) const {
    return std::make_unique<RunningProgram>(
        pi_ring_call({"rank", "--model", model_, "--rank", std::to_string(rank),
                      "--ranks", std::to_string(kRanks), "--threads", "1",
                      "--up", fifo(rank - 1), "--down", fifo(rank)}));
  }

  std::vector<std::string> as_head(std::vector<std::string> call) const {
    const std::vector<std::string> options = {
        "--link", "gpio",           "--ranks", std::to_string(kRanks),
        "--up",   fifo(kRanks - 2), "--down",  fifo(kRanks - 1)};
    call.insert(call.end(), options.begin(), options.end());
    return call;
  }

  std::string model_;
};

TEST_F(RankTest, ARingOfServicesWritesOneTextAfterTheOther) {
  const auto first = start_rank(0);
  const auto second = start_rank(1);
  const std::vector<std::string> call = {
      "generate", "--model", model_, "--temperature", "0", "-n", "20", "A dog"};
  const Ending alone = pi_ring_run(call);
  for (int i = 0; i < 2; ++i) {
    const Ending run = pi_ring_run(as_head(call));
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.out, alone.out);
    EXPECT_THAT(run.err, HasSubstr("ring of 3 is complete: "));
    EXPECT_THAT(run.err, HasSubstr(", head here\n"));
  }
  first->signal(SIGTERM);
  const Ending end = first->wait();
  EXPECT_EQ(end.signal, SIGTERM);
  EXPECT_THAT(end.err, AllOf(HasSubstr("rank 0 of 3 waits for the head\n"),
                             HasSubstr("the ring of 3 is complete: ")));
}

TEST_F(RankTest, ARingWithoutRanksIsGivenUp) {
  const Ending run = pi_ring_run(
      as_head({"generate", "--model", model_, "--patience", "0.1", "a"}));
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("the ring of 3 has not answered for 0.4 s"),
                    HasSubstr("does `pi-ring rank` run")));
}

TEST_F(RankTest, AShardNamesItsRank) {
  const auto shards = folder_.path() / "shards";
  ASSERT_EQ(pi_ring_run({"shard", model_, "--ranks", "3", "-o", shards}).status,
            0);
  const Ending head =
      rank_with("model: " + (shards / "rank-2").string() + "\n");
  EXPECT_EQ(head.status, 2);
  EXPECT_THAT(head.err, HasSubstr("rank 2 of 3 is the head"));
}

TEST_F(RankTest, ADeviceThatIsMissingIsWaitedFor) {
  RunningProgram rank(
      pi_ring_call({"rank", "--model", model_, "--rank", "0", "--ranks", "3",
                    "--up", folder_.path() / "none", "--down", fifo(0)}));
  rank.wait_for_error(
      sizeof "pi-ring rank: waiting for .../none: is the module");
  rank.signal(SIGTERM);
  EXPECT_THAT(rank.wait().err, AllOf(HasSubstr("waiting for "),
                                     HasSubstr("/none: is the module loaded")));
}

TEST_F(RankTest, AWrongSettingIsNamedWithItsLine) {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"# a ring\nmodle: x\n", "line 2: there is no setting \"modle\""},
      {"model x\n", "line 1: is not \"name: value\""},
      {"rank: two\n", "line 1: --rank: two is not a number from 0"},
      {"model:\n", "line 1: model has no value"},
      {"config: other.yaml\n", "line 1: there is no setting \"config\""},
      {"modle: x\n",
       "line 1: there is no setting \"modle\", expected model, rank, ranks, "
       "training-folder, threads, patience, up, down\n"},
      {"rank: 1\nmodel: a\nrank: 0\n",
       "line 3: rank is already set in line 1, expected once\n"},
      {"rank: 1\n'rank': 1\n", "line 2: rank is already set in line 1"},
      {"rank: [0, 1]\n", "line 1: rank has several values, expected one\n"},
      {"rank:\n  first: 0\n", "line 1: rank has several values"},
      {"model: ''\n", "line 1: model has no value"},
      {"# a\nranks: 1\n", "line 2: --ranks: 1 is not a number from 2 to 1024"},
      {"model: x\n up: y\n", "line 2: illegal map value, expected lines of"},
      {"- model\n", "line 1: is not \"name: value\""},
      {"[model]: x\n", "line 1: there is no setting \"\""},
      {"rank: 0\n---\nrank: 1\n", "line 2: begins a second document"},
      {"{model: x}, y\n", "line 1: begins a second document"},
      {"model: \"\\\x1b\"\n", "line 1: unknown escape character: ?, expected"},
      {",\n", "line 1: begins a second document"},
      {"", "has no settings, expected lines of \"name: value\"\n"},
      {"# model: x\n---\n", "has no settings"}};
  for (const auto& [text, reason] : faults) {
    const Ending run = rank_with(text);
    EXPECT_EQ(run.status, 1) << text;
    EXPECT_THAT(run.err, HasSubstr("ring.yaml: " + reason));
  }
  EXPECT_THAT(pi_ring_run({"rank", "--config", folder_.path() / "none"}).err,
              HasSubstr("none: cannot be read"));
  EXPECT_THAT(pi_ring_run({"rank", "--config", folder_.path()}).err,
              HasSubstr(": cannot be read, expected lines of"));
}

TEST_F(RankTest, AValueInQuotesIsWhole) {
  for (const std::string value :
       {"'/no # 1: a'  # a model", "\"/no # 1: a\""}) {
    const Ending run = rank_with("model: " + value + "\nrank: 0\nranks: 3\n");
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, HasSubstr("/no # 1: a"));
  }
}

TEST_F(RankTest, TheCallGoesBeforeTheFile) {
  const std::string config = write_config("model: /none\nrank: 0\nranks: 3\n");
  const Ending run = pi_ring_run(
      {"rank", "--config", config, "--model", model_, "--rank", "2"});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("rank 2 of 3 is the head"));
}

TEST_F(RankTest, ARankThatIsNoServiceIsAWrongCall) {
  EXPECT_EQ(pi_ring_run({"rank"}).status, 2);
  for (const std::string& config :
       {"model: '" + model_ + "'  # a whole model\n",
        "model: " + model_ + "\nrank: 3\nranks: 3\n"}) {
    EXPECT_EQ(rank_with(config).status, 2) << config;
  }
  EXPECT_EQ(pi_ring_run({"generate", "--link", "gpio", "--model", model_, "a"})
                .status,
            2);
}

TEST(Readiness, IsSentToTheSocketOfTheManager) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "notify";
  const int socket_here = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(socket_here, reinterpret_cast<const sockaddr*>(&address),
                 sizeof address),
            0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  notify_manager("READY=1");
  unsetenv("NOTIFY_SOCKET");
  std::array<char, 64> got{};
  const ssize_t size = recv(socket_here, got.data(), got.size(), MSG_DONTWAIT);
  close(socket_here);
  EXPECT_EQ(
      std::string(got.data(), static_cast<size_t>(std::max<ssize_t>(size, 0))),
      "READY=1");
}

}  // namespace
}  // namespace pi_ring
