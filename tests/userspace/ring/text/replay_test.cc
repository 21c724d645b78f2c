// A conversation keeps what the ring has of it, and survives breaks bit for
// bit.
#include "userspace/ring/text/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "model/folder/random_model.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/ring/text/thread_ring.h"

namespace pi_ring {
namespace {

constexpr int kReplayRanks = 3;
constexpr size_t kChunk = kChunkRows;

// Passes on to another link, and breaks once: before its Nth message.
class BreakingLink : public Link {
 public:
  explicit BreakingLink(Link& link) : link_(link) {}

  void break_after(int messages) { left_ = messages; }

  void send(std::span<const std::byte> bytes, Deadline deadline) override {
    if (begins_message(bytes)) {
      ++messages_;
      if (left_-- == 0) throw LinkError(LinkError::Kind::kBroken, "it broke");
    }
    link_.send(bytes, deadline);
  }
  void receive(std::span<std::byte> bytes, Deadline deadline) override {
    link_.receive(bytes, deadline);
  }
  void close() override { link_.close(); }
  uint64_t bytes_sent() const override { return link_.bytes_sent(); }
  uint64_t bytes_received() const override { return link_.bytes_received(); }

  int messages() const { return messages_; }

 private:
  // A large payload is sent after its header.
  static bool begins_message(std::span<const std::byte> bytes) {
    constexpr size_t kMagicBytes = 4;
    const auto header = encode(Header{});
    return bytes.size() >= header.size() &&
           std::ranges::equal(bytes.first(kMagicBytes),
                              std::span(header).first(kMagicBytes));
  }

  Link& link_;
  int left_ = -1;
  int messages_ = 0;
};

using Logits = std::vector<float>;

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    config_ = shape_of("260K");
    config_.context = 256;
    write_random_model(config_, 5, DType::F32, model_);
    ring_.emplace(std::vector{model_}, kReplayRanks);
    weights_.emplace(open_weights(model_, kReplayRanks, kReplayRanks - 1));
    down_.emplace(ring_->down_of(kReplayRanks - 1));
    head_.emplace(RankOptions{.ranks = kReplayRanks,
                              .rank = kReplayRanks - 1,
                              .threads = 1,
                              .waiting = Pool::Waiting::kSleep,
                              .patience = std::chrono::minutes(1)},
                  *weights_, &ring_->up_of(kReplayRanks - 1), &*down_);
    head_->greet();
  }

  static std::vector<int> tokens(size_t count, int first = 5) {
    std::vector<int> all(count);
    std::iota(all.begin(), all.end(), first);
    return all;
  }

  static Logits copied(std::span<const float> logits) {
    return {logits.begin(), logits.end()};
  }

  // A conversation of two messages, whose answers have three tokens each.
  // Returns the logits after each answer.
  std::vector<Logits> converse(Replay& replay) const {
    std::vector<Logits> logits;
    std::vector<int> text = tokens(40);
    for (const int first : {100, 200}) {
      replay.resume(text);
      for (const int answer : {first, first + 1, first + 2}) {
        logits.push_back(copied(replay.add(answer)));
        text.push_back(answer);
      }
      const std::vector<int> further = tokens(7, first + 3);
      text.insert(text.end(), further.begin(), further.end());
    }
    return logits;
  }

  Replay replay() {
    return {*head_,
            [this](const std::string& line) { lines_.push_back(line); }};
  }

  TemporaryFolder folder_;
  std::filesystem::path model_ = folder_.path() / "model";
  ModelConfig config_;
  std::optional<ThreadRing> ring_;
  std::optional<Weights> weights_;
  std::optional<BreakingLink> down_;
  std::optional<Head> head_;
  std::vector<std::string> lines_;
};

TEST_F(ReplayTest, SendsOnlyWhatIsNew) {
  Replay talk = replay();
  std::vector<int> text = tokens(kChunk + 8);
  talk.resume(text);
  EXPECT_EQ(talk.kept(), 0U);
  talk.add(1);
  talk.add(2);
  text.insert(text.end(), {1, 2, 3, 4});
  talk.resume(text);
  EXPECT_EQ(talk.kept(), kChunk + 10);
  EXPECT_EQ(talk.size(), kChunk + 12);
  // Another answer than the one that was made, from its second token on.
  text[kChunk + 9] = 9;
  talk.resume(text);
  EXPECT_EQ(talk.kept(), kChunk + 9);
  // A chunk of which a part is another one is sent again as a whole.
  text[kChunk + 4] = 9;
  talk.resume(text);
  EXPECT_EQ(talk.kept(), kChunk);
  // The logits after the last token are needed in any case.
  talk.resume(text);
  EXPECT_EQ(talk.kept(), kChunk);
  talk.resume(std::span(text).first(1));
  EXPECT_EQ(talk.kept(), 0U);
}

TEST_F(ReplayTest, WhatIsKeptIsWorthWhatIsSentAgain) {
  const std::vector<int> text = tokens(kChunk + 8);
  std::vector<int> other = text;
  other[kChunk + 2] = 9;
  Replay talk = replay();
  talk.resume(text);
  const Logits kept = copied(talk.resume(other));
  EXPECT_EQ(talk.kept(), kChunk);
  EXPECT_EQ(kept, copied(talk.begin(other)));
}

TEST_F(ReplayTest, ABreakAnywhereInAConversationChangesNoBit) {
  Replay whole = replay();
  const int before = down_->messages();
  const std::vector<Logits> expected = converse(whole);
  const int messages = down_->messages() - before;
  for (int at = 0; at < messages; ++at) {
    SCOPED_TRACE(at);
    lines_.clear();
    Replay broken = replay();
    down_->break_after(at);
    EXPECT_EQ(converse(broken), expected);
    ASSERT_EQ(lines_.size(), 1U);
    EXPECT_TRUE(lines_[0].starts_with("it broke; the ring works again"));
  }
}

}  // namespace
}  // namespace pi_ring
