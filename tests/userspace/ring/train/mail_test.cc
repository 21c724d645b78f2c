// Letters between threads that stand for ranks, over links that hold little.
#include "userspace/ring/train/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "userspace/link/memory.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatient = std::chrono::minutes(1);

// A ring of mails, all in this process.
class MailRing {
 public:
  MailRing(int ranks, size_t capacity, milliseconds patience = kPatient) {
    for (int i = 0; i < ranks; ++i) {
      auto [down, up] = make_memory_link(capacity);
      down_.push_back(std::move(down));
      up_.push_back(std::move(up));
    }
    for (int i = 0; i < ranks; ++i) {
      const int above = (i + ranks - 1) % ranks;
      mails_.push_back(std::make_unique<Mail>(
          *up_[static_cast<size_t>(above)], *down_[static_cast<size_t>(i)],
          std::array{"rank " + std::to_string(above),
                     "rank " + std::to_string((i + 1) % ranks)},
          patience));
    }
  }
  ~MailRing() { close(); }

  void close() {
    for (const auto& link : down_) link->close();
  }
  Mail& mail(int rank) { return *mails_[static_cast<size_t>(rank)]; }
  Link& down(int rank) { return *down_[static_cast<size_t>(rank)]; }

 private:
  std::vector<std::unique_ptr<Link>> down_;
  std::vector<std::unique_ptr<Link>> up_;
  std::vector<std::unique_ptr<Mail>> mails_;
};

Letter letter_of(Mail& mail, uint32_t number, uint32_t width = 1000) {
  Letter letter = mail.blank(Kind::kActivations, 1, width, Type::kF32);
  letter.header.position = number;
  for (uint32_t i = 0; i < width; ++i) {
    letter.floats.data()[i] = static_cast<float>(number + i);
  }
  return letter;
}

void expect_letter(const Letter& letter, uint32_t number) {
  ASSERT_EQ(letter.header.position, number);
  for (uint32_t i = 0; i < letter.header.width; ++i) {
    ASSERT_EQ(letter.floats.data()[i], static_cast<float>(number + i));
  }
}

std::string trouble_of(Mail& mail, Side side) {
  try {
    mail.receive(side);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(MailTest, LettersComeInOrderBothWaysThroughALinkThatHoldsOneByte) {
  MailRing ring(2, 1);
  for (uint32_t i = 0; i < 20; ++i) {
    ring.mail(0).send(Side::kBelow, letter_of(ring.mail(0), i));
    ring.mail(1).send(Side::kAbove, letter_of(ring.mail(1), 100 + i));
  }
  for (uint32_t i = 0; i < 20; ++i) {
    expect_letter(ring.mail(1).receive(Side::kAbove), i);
    expect_letter(ring.mail(0).receive(Side::kBelow), 100 + i);
  }
}

TEST(MailTest, NobodyJamsWhoSendsAllBeforeItReceives) {
  constexpr int kRanks = 5;
  constexpr uint32_t kLetters = 30;
  MailRing ring(kRanks, 16);
  std::vector<std::thread> ranks;
  ranks.reserve(kRanks);
  for (int rank = 0; rank < kRanks; ++rank) {
    ranks.emplace_back([&mail = ring.mail(rank)] {
      for (uint32_t i = 0; i < kLetters; ++i) {
        mail.send(Side::kBelow, letter_of(mail, i));
        mail.send(Side::kAbove, letter_of(mail, i));
      }
      for (const Side side : {Side::kAbove, Side::kBelow}) {
        for (uint32_t i = 0; i < kLetters; ++i) {
          Letter letter = mail.receive(side);
          expect_letter(letter, i);
          mail.recycle(std::move(letter));
        }
      }
    });
  }
  for (std::thread& rank : ranks) rank.join();
}

TEST(MailTest, ALetterWithoutAPayloadComesThrough) {
  MailRing ring(2, 64);
  ring.mail(0).send(Side::kBelow,
                    ring.mail(0).blank(Kind::kStep, 0, 0, Type::kBytes));
  EXPECT_EQ(ring.mail(1).receive(Side::kAbove).header.kind, Kind::kStep);
}

TEST(MailTest, APayloadIsUsedAgain) {
  MailRing ring(2, 64);
  Mail& mail = ring.mail(0);
  Letter letter = letter_of(mail, 1);
  const float* payload = letter.floats.data();
  mail.recycle(std::move(letter));
  EXPECT_NE(mail.blank(Kind::kActivations, 1, 7, Type::kF32).floats.data(),
            payload);
  EXPECT_EQ(mail.blank(Kind::kActivations, 1, 1000, Type::kF32).floats.data(),
            payload);
}

TEST(MailTest, WhatARankCannotGoOnForIsHeardByAll) {
  constexpr int kRanks = 4;
  MailRing ring(kRanks, 16);
  // In the way of the news: more than anybody will take.
  for (uint32_t i = 0; i < 10; ++i) {
    ring.mail(0).send(Side::kBelow, letter_of(ring.mail(0), i));
  }
  ring.mail(1).send_error("rank 1: no weights");
  for (const int rank : {0, 2, 3}) {
    EXPECT_EQ(trouble_of(ring.mail(rank), Side::kAbove), "rank 1: no weights");
  }
}

TEST(MailTest, AClosedLinkIsToldAfterWhatWasSentBefore) {
  MailRing ring(2, 1 << 16);
  ring.mail(0).send(Side::kBelow, letter_of(ring.mail(0), 1, 10));
  expect_letter(ring.mail(1).receive(Side::kAbove), 1);
  ring.close();
  EXPECT_THAT(trouble_of(ring.mail(1), Side::kAbove),
              testing::HasSubstr("closed"));
}

TEST(MailTest, ANeighbourThatSaysNothingIsNamed) {
  auto [down, up] = make_memory_link(64);
  auto [other_down, other_up] = make_memory_link(64);
  Mail mail(*up, *other_down, {"rank 4", "rank 0"}, milliseconds(80));
  EXPECT_THAT(trouble_of(mail, Side::kAbove),
              testing::MatchesRegex("rank [40] has not answered for 0\\.1 s"));
  down->close();
  other_up->close();
}

TEST(MailTest, ANeighbourThatHasNothingToSayIsNotGivenUp) {
  // So short that it passes many times meanwhile.
  MailRing ring(2, 64, milliseconds(400));
  std::this_thread::sleep_for(milliseconds(1500));
  ring.mail(0).send(Side::kBelow, letter_of(ring.mail(0), 1, 10));
  expect_letter(ring.mail(1).receive(Side::kAbove), 1);
}

TEST(MailTest, WhatIsNoMessageIsTrouble) {
  auto [down, up] = make_memory_link(1 << 16);
  auto [other_down, other_up] = make_memory_link(1 << 16);
  Mail mail(*up, *other_down, {"rank 4", "rank 0"}, kPatient);
  const std::vector<std::byte> noise(kHeaderBytes, std::byte{7});
  down->send(noise, kForever);
  EXPECT_THAT(trouble_of(mail, Side::kAbove), testing::HasSubstr("no message"));
  down->close();
  other_up->close();
}

}  // namespace
}  // namespace pi_ring
