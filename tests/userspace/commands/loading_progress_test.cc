// What a terminal shows while a model is loaded.
#include "userspace/commands/loading_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

void take_all(const Weights& weights) {
  for (const ModelTensor& tensor :
       tensors_of(weights.config(), weights.shard())) {
    weights.take(tensor);
  }
}

TEST(LoadingProgress, NamesTheRanksThatAreNotDone) {
  const std::vector<LoadingRank> ranks = {
      {0, 500'000'000, 500'000'000},
      {1, 100'000'000, 400'000'000},
      {2, 0, 100'000'000},
  };
  EXPECT_EQ(loading_text(ranks),
            "loading 1,000 MB: 60 %; rank 1 at 25 %, rank 2 at 0 %");
  EXPECT_EQ(loading_text(std::span(ranks).first(1)), "loading 500 MB: 100 %");
  const std::vector<LoadingRank> many(30, {7, 1, 2});
  EXPECT_THAT(loading_text(many), EndsWith("rank 7 at 50 % and 26 others"));
}

class LoadingTest : public testing::Test {
 protected:
  LoadingTest() {
    write_small_model(folder_.path(), /*tied=*/false);
    weights_.push_back(open_weights(folder_.path(), 2, 0));
    weights_.push_back(open_weights(folder_.path(), 2, 1));
  }

  TemporaryFolder folder_;
  std::vector<Weights> weights_;
};

TEST_F(LoadingTest, CountersSeeWhatAForkedRankReads) {
  const LoadingCounters counters(weights_);
  const pid_t child = fork();
  if (child == 0) {
    take_all(weights_[0]);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  const std::vector<LoadingRank> ranks = counters.ranks();
  EXPECT_EQ(ranks[0].read, weights_[0].bytes());
  EXPECT_EQ(ranks[1].read, 0U);
  take_all(weights_[1]);
  EXPECT_EQ(counters.ranks()[1].read, weights_[1].bytes());
}

// A terminal in the place of standard error.
class Terminal {
 public:
  Terminal() : before_(dup(STDERR_FILENO)) {
    int screen = -1;
    EXPECT_EQ(openpty(&keyboard_, &screen, nullptr, nullptr, nullptr), 0);
    dup2(screen, STDERR_FILENO);
    close(screen);
  }
  ~Terminal() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    close(keyboard_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  std::string read_until(const std::string& text) const {
    std::string shown;
    std::array<char, 256> bytes{};
    while (shown.find(text) == shown.npos) {
      const ssize_t size = read(keyboard_, bytes.data(), bytes.size());
      if (size <= 0) break;
      shown.append(bytes.data(), static_cast<size_t>(size));
    }
    return shown;
  }

 private:
  int before_;
  int keyboard_ = -1;
};

TEST_F(LoadingTest, TheLineGoesWhenAllIsLoaded) {
  const LoadingCounters counters(weights_);
  const Terminal terminal;
  {
    const LoadingProgress progress(counters, std::chrono::milliseconds(0));
    EXPECT_THAT(terminal.read_until("at 0 %, rank 1 at 0 %"),
                HasSubstr("\r\x1b[Kpi-ring: loading 0 MB: 0 %; rank 0"));
  }
  EXPECT_THAT(terminal.read_until("\r\x1b[K"), EndsWith("\r\x1b[K"));
}

}  // namespace
}  // namespace pi_ring
