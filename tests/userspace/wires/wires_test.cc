// Every fault of a wire, and pairs of faults, on one Pi and between two.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "tests/userspace/wires/simulated_wires.h"
#include "userspace/wires/diagnosis.h"
#include "userspace/wires/echo.h"
#include "userspace/wires/inquiry.h"
#include "userspace/wires/own_wires.h"

namespace pi_ring {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// "shorted 3 4": a fault, and the other wires.
std::string text_of(const Fault& fault) {
  constexpr std::array names = {"low",      "high",    "open",
                                "swapped",  "shorted", "no pull-down",
                                "unsteady", "untold"};
  std::string text = names[static_cast<size_t>(fault.kind)];
  for (const size_t wire : fault.with) text += " " + std::to_string(wire);
  return text;
}

std::vector<std::string> texts_of(const std::vector<Fault>& faults) {
  std::vector<std::string> texts;
  texts.reserve(faults.size());
  for (const Fault& fault : faults) texts.push_back(text_of(fault));
  return texts;
}

struct OwnTopology {
  static Diagnosis diagnose(SimulatedWires& wires, size_t /*theirs*/) {
    SimulatedEnds ends(wires, 0, kMostEnds);
    return pi_ring::diagnose(try_own_wires(ends));
  }
};

struct NeighbourTopology {
  // The asking end has the near ends, whichever bank it is.
  static Diagnosis diagnose(SimulatedWires& wires, size_t theirs) {
    SimulatedEnds answering(wires, kWires, kWires);
    Echo echo(answering, theirs);
    SimulatedEnds asking(wires, 0, kWires, [&] {
      answering.pause(Ends::Time{250});
      echo.step();
    });
    return pi_ring::diagnose(ask_neighbour(asking, theirs));
  }
};

template <typename Topology>
class Wires : public testing::Test {
 protected:
  Diagnosis diagnose(size_t theirs = kAck) {
    Diagnosis diagnosis = Topology::diagnose(wires_, theirs);
    EXPECT_EQ(wires_.fights(), 0);
    return diagnosis;
  }

  // The others are good.
  void expect_only(const std::map<size_t, std::vector<std::string>>& expected,
                   const std::string& what, size_t theirs = kAck) {
    const Diagnosis diagnosis = diagnose(theirs);
    for (size_t wire = 0; wire < kWires; ++wire) {
      const auto found = expected.find(wire);
      const auto wanted =
          found == expected.end() ? std::vector<std::string>{} : found->second;
      EXPECT_EQ(texts_of(diagnosis[wire]), wanted) << what << ": wire " << wire;
    }
  }

  SimulatedWires wires_;
};

using Topologies = testing::Types<OwnTopology, NeighbourTopology>;
TYPED_TEST_SUITE(Wires, Topologies);

std::string number(size_t wire) { return std::to_string(wire); }

TYPED_TEST(Wires, AreGoodWithoutFaults) {
  this->expect_only({}, "downstream");
  this->expect_only({}, "upstream", kClk);
}

TYPED_TEST(Wires, AnOpenDataWireIsNamedAlone) {
  for (size_t wire = 0; wire < kAck; ++wire) {
    this->wires_ = SimulatedWires();
    this->wires_.open(wire);
    this->expect_only({{wire, {"open"}}}, "open " + number(wire));
  }
}

TYPED_TEST(Wires, AStuckDataWireIsNamedAlone) {
  for (size_t wire = 0; wire < kAck; ++wire) {
    for (const bool high : {false, true}) {
      this->wires_ = SimulatedWires();
      this->wires_.stick(wire, high);
      this->expect_only({{wire, {high ? "high" : "low"}}},
                        "stuck " + number(wire));
    }
  }
}

TYPED_TEST(Wires, SwappedDataWiresNameEachOther) {
  for (size_t a = 0; a < kAck; ++a) {
    for (size_t b = a + 1; b < kAck; ++b) {
      this->wires_ = SimulatedWires();
      this->wires_.swap(a, b);
      this->expect_only(
          {{a, {"swapped " + number(b)}}, {b, {"swapped " + number(a)}}},
          "swapped " + number(a) + " " + number(b));
    }
  }
}

TYPED_TEST(Wires, ShortedDataWiresNameEachOther) {
  for (size_t a = 0; a < kAck; ++a) {
    for (size_t b = a + 1; b < kAck; ++b) {
      this->wires_ = SimulatedWires();
      this->wires_.join(a, b);
      this->expect_only(
          {{a, {"shorted " + number(b)}}, {b, {"shorted " + number(a)}}},
          "shorted " + number(a) + " " + number(b));
    }
  }
}

TYPED_TEST(Wires, AStrobeThatIsSwappedIsNamed) {
  for (const size_t theirs : {kAck, kClk}) {
    for (size_t wire = 0; wire < kDataWires; ++wire) {
      this->wires_ = SimulatedWires();
      this->wires_.swap(wire, theirs);
      this->expect_only({{wire, {"swapped " + number(theirs)}},
                         {theirs, {"swapped " + number(wire)}}},
                        "swapped " + number(wire), theirs);
    }
  }
}

TYPED_TEST(Wires, ClkAndAckSwappedAreNamedAndDoNotFight) {
  this->wires_.swap(kClk, kAck);
  this->expect_only({{kClk, {"swapped 9"}}, {kAck, {"swapped 8"}}}, "strobes");
}

TYPED_TEST(Wires, ThreeWiresInACircleAreAllNamed) {
  this->wires_.swap(0, 1);
  this->wires_.swap(1, 2);
  const Diagnosis diagnosis = this->diagnose();
  EXPECT_THAT(texts_of(diagnosis[0]), ElementsAre("swapped 2"));
  EXPECT_THAT(texts_of(diagnosis[1]), ElementsAre("swapped 0"));
  EXPECT_THAT(texts_of(diagnosis[2]), ElementsAre("swapped 1"));
}

// Wires 0 and 1 have one fault, wires 4 and 5 another.
TYPED_TEST(Wires, TwoFaultsAreBothNamed) {
  using Break = std::function<void(SimulatedWires&, size_t)>;
  const std::map<std::string, Break> faults = {
      {"open", [](auto& wires, size_t at) { wires.open(at); }},
      {"low", [](auto& wires, size_t at) { wires.stick(at, false); }},
      {"high", [](auto& wires, size_t at) { wires.stick(at, true); }},
      {"swapped", [](auto& wires, size_t at) { wires.swap(at, at + 1); }},
      {"shorted", [](auto& wires, size_t at) { wires.join(at, at + 1); }},
  };
  const auto expect = [](auto& expected, const std::string& fault, size_t at) {
    const bool two = fault == "swapped" || fault == "shorted";
    expected[at] = {two ? fault + " " + number(at + 1) : fault};
    if (two) expected[at + 1] = {fault + " " + number(at)};
  };
  for (const auto& [first, break_first] : faults) {
    for (const auto& [second, break_second] : faults) {
      this->wires_ = SimulatedWires();
      break_first(this->wires_, 0);
      break_second(this->wires_, 4);
      std::map<size_t, std::vector<std::string>> expected;
      expect(expected, first, 0);
      expect(expected, second, 4);
      this->expect_only(expected, first + " and " + second);
    }
  }
}

TYPED_TEST(Wires, AShortOnASwappedWireIsNamedAsBoth) {
  this->wires_.swap(0, 1);
  this->wires_.join(0, 2);
  const Diagnosis diagnosis = this->diagnose();
  EXPECT_THAT(texts_of(diagnosis[0]), Contains("swapped 1"));
  EXPECT_THAT(texts_of(diagnosis[0]), Contains("shorted 2"));
  EXPECT_THAT(texts_of(diagnosis[1]), Contains("swapped 0"));
}

using OwnWires = Wires<OwnTopology>;

TEST_F(OwnWires, AStuckWireIsNeverDriven) {
  for (size_t wire = 0; wire < kWires; ++wire)
    wires_.stick(wire, wire % 2 != 0);
  for (const auto& faults : diagnose()) EXPECT_EQ(faults.size(), 1U);
  EXPECT_EQ(wires_.overloads(), 0);
}

TEST_F(OwnWires, PullUpsFromBootAreMissingPullDownsInTheFirstTest) {
  for (size_t wire = 0; wire < 5; ++wire) {
    wires_.found_pulled(far_end(wire), Pull::kPullUp);
  }
  const Diagnosis found = diagnose();
  EXPECT_THAT(found[0],
              ElementsAre(Fault{FaultKind::kNoPullDown, {}, false, true}));
  EXPECT_THAT(texts_of(found[4]), ElementsAre("no pull-down"));
  EXPECT_THAT(found[5], IsEmpty());
  expect_only({}, "the second time");
}

TEST_F(OwnWires, OneEndOfABrokenWireThatIsStuckIsNamed) {
  wires_.stick_far_end(1, false);
  EXPECT_THAT(diagnose()[1],
              ElementsAre(Fault{FaultKind::kStuckLow, {}, false, true},
                          Fault{FaultKind::kOpen, {}}));
}

TEST_F(OwnWires, ABrokenStrobeIsNamedLikeAnyOther) {
  wires_.open(kAck);
  wires_.join(kClk, 3);
  expect_only({{kAck, {"open"}}, {kClk, {"shorted 3"}}, {3, {"shorted 8"}}},
              "strobes");
}

using NeighbourWires = Wires<NeighbourTopology>;

TEST_F(NeighbourWires, WithoutAnAnswerOnlyStuckWiresAreNamed) {
  wires_.open(kAck);
  wires_.stick(2, true);
  const Diagnosis diagnosis = diagnose();
  EXPECT_THAT(texts_of(diagnosis[0]), ElementsAre("untold"));
  EXPECT_THAT(texts_of(diagnosis[2]), ElementsAre("high"));
}

TEST_F(NeighbourWires, AStrobeShortedToADataWireDoesNotHideOtherFaults) {
  wires_.join(3, kAck);
  expect_only({{3, {"shorted 9", "untold"}}, {kAck, {"shorted 3"}}}, "short");
}

TEST_F(NeighbourWires, AShortBehindABreakIsNamedByTheOtherEnd) {
  wires_.join(0, 1);
  wires_.open_near(1);
  expect_only({{0, {"shorted 1"}}, {1, {"shorted 0", "open"}}}, "beyond");
}

TEST_F(NeighbourWires, AWireThatStaysUpHasNoPullDown) {
  wires_.take_pulls(3);
  expect_only({{3, {"no pull-down", "untold"}}}, "floating");
}

// A floating wire is not driven, as it may not be free. A Pi has pulls.
TEST_F(OwnWires, AWireThatNoPullMovesIsStuck) {
  wires_.take_pulls(3);
  expect_only({{3, {"low"}}}, "floating");
}

TEST(Answer, EveryPairOfLinesHasANumberOfItsOwn) {
  std::set<size_t> numbers;
  for (size_t high = 0; high < kWires; ++high) {
    for (size_t low = 0; low <= high; ++low) {
      const Heard heard = Heard().set(low).set(high);
      const size_t answers = answers_for(heard);
      EXPECT_EQ(heard_for(answers), heard);
      EXPECT_LE(answers, kMostAnswers);
      numbers.insert(answers);
    }
  }
  EXPECT_EQ(numbers.size(), kMostAnswers);
  EXPECT_EQ(answers_for(Heard().set(1).set(2).set(3)), 0U);
}

}  // namespace
}  // namespace pi_ring
