// A rank as a service outlives whatever its neighbour sends, says what is wrong
// with it, and serves a text afterwards.
//
// PI_RING_HOSTILE=1000 sends as many plans and messages, instead of fewer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/base/wording.h"
#include "model/folder/random_model.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/ring/launch/hostile_messages.h"
#include "tests/userspace/ring/launch/service_ring.h"
#include "tests/userspace/ring/train/hostile_plan.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;

constexpr uint64_t kFewMessages = 200;

uint64_t messages_to_send() {
  const char* asked = std::getenv("PI_RING_HOSTILE");
  return asked == nullptr ? kFewMessages : std::strtoull(asked, nullptr, 10);
}

class HostileNeighbourTest : public testing::Test {
 protected:
  HostileNeighbourTest() {
    write_random_model(victim_config(), 1, DType::F32, model_);
    fs::create_directories(training_);
    ring_.emplace(std::vector{model_}, /*ranks=*/2, RowFormat::kF32,
                  PlanFolders{.model = model_, .training = training_});
    head_weights_.emplace(open_weights(model_, 2, 1));
    prompt_.resize(40);
    std::iota(prompt_.begin(), prompt_.end(), 3);
    const Weights weights = open_weights(model_, 1, 0);
    Head alone({.ranks = 1, .rank = 0}, weights, nullptr, nullptr);
    const auto logits = alone.forward(prompt_, 0);
    expected_.assign(logits.begin(), logits.end());
    expect_a_text();
  }

  // Returns false where the link broke, which drops what was not taken.
  bool send(const std::vector<std::byte>& bytes) {
    try {
      ring_->head_down().send(bytes, kForever);
      return true;
    } catch (const LinkError& error) {
      if (error.kind() != LinkError::Kind::kBroken) throw;
      return false;
    }
  }
  // Ends whatever the messages have begun, even one that is not whole.
  void end_session() {
    ring_->wait_until_taken();
    ring_->pull(1);
    while (!send(text_bytes(Kind::kError, "the head has ended"))) {
    }
  }

  // Repeats the greeting until the service answers to it. Then it has logged
  // all that it had to say about what came before.
  void greet(Head& head) {
    for (;;) {
      try {
        head.greet();
        return;
      } catch (const RingError& error) {
        errors_.emplace_back(error.what());
      }
    }
  }

  void expect_a_text() {
    Head head = ring_->head();
    greet(head);
    const auto logits = head.forward(prompt_, 0);
    EXPECT_TRUE(std::ranges::equal(logits, expected_));
  }

  // Returns what the service logs about these messages.
  std::vector<std::string> log_of(const std::vector<std::byte>& bytes) {
    const size_t before = ring_->log().size();
    send(bytes);
    end_session();
    expect_a_text();
    std::vector<std::string> log = ring_->log();
    log.erase(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(before));
    return log;
  }

  std::vector<std::string> log_of(const std::string& plan, Kind kind = {},
                                  const std::string& then = {}) {
    std::vector<std::byte> bytes = text_bytes(Kind::kPlan, plan);
    if (kind != Kind{}) {
      std::ranges::copy(text_bytes(kind, then), std::back_inserter(bytes));
    }
    return log_of(bytes);
  }

  void expect_plain_words() const {
    std::vector<std::string> said = ring_->log();
    said.insert(said.end(), errors_.begin(), errors_.end());
    for (const std::string& line : said) {
      EXPECT_EQ(on_one_line(line, 1200), line);
    }
  }

  // A plan that is saved to, and read from, these folders.
  static std::string plan_with(const fs::path& save, const fs::path& from = {},
                               const fs::path& tokenizer = {}) {
    json message = good_plan();
    message["plan"]["save"] = save.string();
    message["plan"]["tokenizer"] = tokenizer.string();
    message["plan"]["from"] = from.string();
    if (!from.empty()) message["plan"]["start"] = 1;
    return message.dump();
  }

  TemporaryFolder folder_;
  fs::path model_ = folder_.path() / "small";
  fs::path training_ = folder_.path() / "training";
  std::optional<ServiceRing> ring_;
  std::optional<Weights> head_weights_;
  std::vector<int> prompt_;
  std::vector<float> expected_;
  std::vector<std::string> errors_;
};

TEST_F(HostileNeighbourTest, AGoodPlanIsAccepted) {
  EXPECT_THAT(log_of(good_plan().dump()),
              Contains("the training is over: the head has ended"));
}

TEST_F(HostileNeighbourTest, ATextFollowsAllThatANeighbourSends) {
  const Hello hello = hello_of(*head_weights_, DType::F32);
  for (uint64_t i = 0; i < messages_to_send(); ++i) {
    const HostileMessages messages = hostile_messages(i, hello);
    SCOPED_TRACE(std::to_string(i) + ": " + messages.what);
    send(messages.bytes);
    end_session();
    expect_a_text();
  }
  expect_plain_words();
}

TEST_F(HostileNeighbourTest, APlanThatIsNotValidIsNamed) {
  json message = good_plan();
  message["plan"]["config"]["kv_heads"] = -1;
  EXPECT_THAT(log_of(message.dump()),
              Contains(HasSubstr("is not valid: kv_heads is -1, expected 1")));
  message = good_plan();
  message["plan"]["micro_batches"] = 1'000'000;
  EXPECT_THAT(log_of(message.dump()),
              Contains("the training is over: the head has ended"));
}

TEST_F(HostileNeighbourTest, AModelLargerThanTheMemoryIsRefused) {
  json message = good_plan();
  message["plan"]["config"]["dim"] = 1 << 20;
  message["plan"]["config"]["hidden_dim"] = 1 << 20;
  EXPECT_THAT(log_of(message.dump()), Contains(HasSubstr("rank 0 needs ")));
}

TEST_F(HostileNeighbourTest, APlanAfterTheBeginIsRefused) {
  json second = good_plan();
  second["begin"] = false;
  second["plan"]["config"]["dim"] = 1024;
  EXPECT_THAT(log_of(good_plan().dump(), Kind::kPlan, second.dump()),
              Contains(HasSubstr("a plan came after the training had begun")));
}

TEST_F(HostileNeighbourTest, ASaveThatIsNoneIsRefused) {
  for (const char* save :
       {"{}", "[]", R"({"write": 1, "step": 1, "errors": []})",
        R"({"write": true, "step": 1e30, "errors": []})",
        R"({"write": true, "step": -1, "errors": []})",
        R"({"write": false, "step": 1, "errors": {}})",
        R"({"write": false, "step": 1, "errors": [[[]]]})"}) {
    EXPECT_THAT(log_of(good_plan().dump(), Kind::kSave, save),
                Contains(HasSubstr("is not valid: ")))
        << save;
  }
}

TEST_F(HostileNeighbourTest, ATrainingWritesBelowTheTrainingFolderOnly) {
  const std::string save = R"({"write": true, "step": 1, "errors": []})";
  const fs::path inside = training_ / "run";
  log_of(plan_with(inside, {}, model_), Kind::kSave, save);
  EXPECT_TRUE(fs::exists(inside / "step-00000001/rank-0"));

  const fs::path outside = folder_.path() / "outside";
  fs::create_directory_symlink(folder_.path(), training_ / "link");
  for (const fs::path& path :
       {outside, training_ / "../outside", training_ / "link/outside"}) {
    EXPECT_THAT(log_of(plan_with(path, {}, model_), Kind::kSave, save),
                Contains(HasSubstr("a training may not write ")));
    EXPECT_FALSE(fs::exists(outside));
  }
}

TEST_F(HostileNeighbourTest, ATrainingReadsWhatTheCallNamesOnly) {
  EXPECT_THAT(log_of(plan_with({}, model_)),
              Contains("the training is over: the head has ended"));
  const fs::path elsewhere = folder_.path() / "elsewhere";
  write_random_model(victim_config(), 1, DType::F32, elsewhere);
  EXPECT_THAT(log_of(plan_with({}, elsewhere)),
              Contains(HasSubstr("a training may not read ")));
  EXPECT_THAT(log_of(plan_with(training_ / "run", {}, elsewhere)),
              Contains(HasSubstr("a training may not read ")));
}

TEST_F(HostileNeighbourTest, StatsOfAnotherLengthAreRefused) {
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{80}, size_t{159}, size_t{161}}) {
    EXPECT_THAT(log_of(text_bytes(Kind::kStats, std::string(size, '\xFF'))),
                Contains(HasSubstr("figures of another length")));
  }
}

// Its payload never arrives.
TEST_F(HostileNeighbourTest, TheLargestPayloadMayBeAnnounced) {
  Header header;
  header.kind = Kind::kPlan;
  header.rows = 1;
  header.width = kMaxPayload;
  header.payload = kMaxPayload;
  log_of(message_bytes(header, "{"));
}

TEST_F(HostileNeighbourTest, ANeighboursTextIsShownOnOneShortLine) {
  send(text_bytes(Kind::kError, "\x1b[2J\x9b" + std::string(1 << 20, '\n')));
  expect_a_text();
  ASSERT_EQ(errors_.size(), 1U);
  EXPECT_THAT(errors_[0], HasSubstr("?[2J?"));
  expect_plain_words();
}

TEST_F(HostileNeighbourTest, TheLongestTextIsShownOnOneShortLine) {
  const std::string text = "\x1b[2J" + std::string(kMaxPayload - 4, '\n');
  const std::string shown = text_of(std::as_bytes(std::span(text)));
  EXPECT_EQ(shown, "?[2J" + std::string(996, '?'));
}

TEST_F(HostileNeighbourTest, AStepThatSkipsPositionsIsRefused) {
  Header header;
  header.kind = Kind::kForward;
  header.format = RowFormat::kF32;
  header.position = 41;
  header.rows = 1;
  header.width = 16;
  header.sequence = 2;  // the text before had two chunks
  header.payload = 64;
  EXPECT_THAT(log_of(message_bytes(header, std::string(64, '\0'))),
              Contains(HasSubstr("does not fit the model")));
}

}  // namespace
}  // namespace pi_ring
