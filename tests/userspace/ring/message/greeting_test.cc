// A greeting goes round a ring that is a thread of the test.
#include "userspace/ring/message/greeting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "userspace/link/memory.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr milliseconds kLongWait = std::chrono::minutes(1);

class GreetingTest : public testing::Test {
 protected:
  // All other ranks: `answer` is called with each message that the head sends.
  using Answer = std::function<void(const Header&)>;

  GreetingAnswer greet(const Answer& answer,
                       milliseconds patience = kLongWait) {
    std::thread others([&] {
      try {
        for (;;) {
          const Header header = receive_header(*first_, kForever);
          receive_payload(*first_, header, kForever);
          answer(header);
        }
      } catch (const LinkError&) {
        // The head has closed the ring.
      }
    });
    struct End {
      Link& link;
      std::thread& thread;
      ~End() {
        link.close();
        thread.join();
      }
    } const end{*down_, others};
    Header ping;
    ping.kind = Kind::kPing;
    return greet_ring(*up_, *down_, ping, {}, last_number_, patience);
  }

  void send_up(const Header& header, const std::string& text = "") {
    send_message(*last_, header, std::as_bytes(std::span(text)), kForever);
  }

  std::unique_ptr<Link> down_;   // of the head
  std::unique_ptr<Link> first_;  // the other end of it
  std::unique_ptr<Link> up_;     // of the head
  std::unique_ptr<Link> last_;   // the other end of it
  uint32_t last_number_ = 0;

  GreetingTest() {
    std::tie(down_, first_) = make_memory_link(4096);
    std::tie(last_, up_) = make_memory_link(4096);
  }
};

TEST_F(GreetingTest, ComesBackWithItsNumber) {
  const GreetingAnswer answer = greet([this](const Header& header) {
    EXPECT_EQ(header.kind, Kind::kPing);
    EXPECT_GE(header.sequence, 1U);
    send_up(header);
  });
  EXPECT_EQ(answer.broken_by, "");
  EXPECT_GE(last_number_, 1U);
}

TEST_F(GreetingTest, IsSentAgainUntilItComesBack) {
  greet([this](const Header& header) {
    if (header.sequence >= 3) send_up(header);
  });
  EXPECT_GE(last_number_, 3U);
}

TEST_F(GreetingTest, AnswersToEarlierMessagesAreDropped) {
  last_number_ = 6;
  greet([this](const Header& header) {
    send_up({.kind = Kind::kStats, .sequence = header.sequence});
    send_up({.kind = Kind::kPing, .sequence = header.sequence - 1});
    send_up(header);
  });
  EXPECT_GE(last_number_, 7U);
}

TEST_F(GreetingTest, ReturnsWhatBrokeTheRingMeanwhile) {
  const GreetingAnswer answer = greet([this](const Header& header) {
    const std::string text = "rank 1 restarted";
    if (header.sequence == 1) send_up(text_header(Kind::kReset, text), text);
    if (header.sequence > 1) send_up(header);
  });
  EXPECT_EQ(answer.broken_by, "rank 1 restarted");
}

TEST_F(GreetingTest, ABrokenLinkOfTheHeadCountsAsABreakToo) {
  const GreetingAnswer answer = greet([this](const Header& header) {
    if (header.sequence == 1) break_memory_link(*last_);
    // The other end learns of the break as well, at its next message.
    try {
      if (header.sequence > 1) send_up(header);
    } catch (const LinkError& error) {
      ASSERT_EQ(error.kind(), LinkError::Kind::kBroken);
      send_up(header);
    }
  });
  EXPECT_THAT(answer.broken_by, HasSubstr("broke"));
}

TEST_F(GreetingTest, ARanksErrorIsThrown) {
  EXPECT_THAT(
      [this] {
        greet([this](const Header&) {
          const std::string text = "rank 2: no weights";
          send_up(text_header(Kind::kError, text), text);
        });
      },
      ThrowsMessage<RingError>("rank 2: no weights"));
}

TEST_F(GreetingTest, ARingThatDoesNotAnswerIsGivenUpAfterTheWaitItSays) {
  try {
    greet([](const Header&) {}, milliseconds(10));
    FAIL() << "nobody answered";
  } catch (const LinkError& error) {
    EXPECT_EQ(error.kind(), LinkError::Kind::kTimeout);
    EXPECT_EQ(error.waited(), milliseconds(10));
  }
}

TEST_F(GreetingTest, ARingThatStillBreaksAtTheEndOfItsTimeIsGivenUp) {
  // What has arrived is read after the deadline too.
  const std::string text = "rank 1 restarted";
  send_up(text_header(Kind::kReset, text), text);
  EXPECT_THAT([this] { greet([](const Header&) {}, milliseconds(0)); },
              ThrowsMessage<RingError>("rank 1 restarted, again and again"));
}

}  // namespace
}  // namespace pi_ring
