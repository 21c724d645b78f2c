// `pi-ring wires` where there are no wires, and its report.
#include <nlohmann/json.hpp>

#include "tests/userspace/commands/command_test.h"
#include "userspace/commands/wires/wires_report.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

TEST(WiresCommand, AChipThatIsNotThereIsOneLine) {
  const Ending run = pi_ring_run({"wires", "--chip", "none"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("no GPIO chip \"none\""));
  EXPECT_EQ(run.out, "");
}

TEST(WiresCommand, AWrongCallIsRefused) {
  EXPECT_EQ(pi_ring_run({"wires", "--peer", "left"}).status, 2);
  EXPECT_EQ(pi_ring_run({"wires", "--peer", "up", "--echo", "up"}).status, 2);
  EXPECT_EQ(pi_ring_run({"wires", "--down-lines", "1,2"}).status, 2);
  const Ending twice =
      pi_ring_run({"wires", "--down-lines", "4,17,18,19,20,21,22,23,24,25"});
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.err, IsOneLineWith("name a GPIO twice"));
}

WiresReport example() {
  WiresReport report{
      .diagnosis = {}, .near = kDownstreamLines, .far = kUpstreamLines};
  report.diagnosis[1] = {{FaultKind::kSwapped, {6}}};
  report.diagnosis[3] = {{FaultKind::kNoPullDown, {}, false, true}};
  report.diagnosis[9] = {{FaultKind::kShorted, {0}}, {FaultKind::kOpen, {}}};
  return report;
}

TEST(WiresReport, ATableNamesBothEndsTheStateAndWhatToDo) {
  const std::string table = wires_table(example());
  EXPECT_THAT(table,
              HasSubstr("D0    GPIO 16 (pin 36)  GPIO 4 (pin 7)    good\n"));
  EXPECT_THAT(table, HasSubstr("swapped with D6\n"
                               "      its plug at GPIO 10 (pin 19) belongs on "
                               "GPIO 5 (pin 29)\n"));
  EXPECT_THAT(table, HasSubstr("nothing pulls GPIO 7 (pin 26) down"));
  EXPECT_THAT(table, HasSubstr("shorted with D0, open\n"));
}

TEST(WiresReport, EveryFaultHasANameAndSaysWhatToDo) {
  struct Words {
    Fault fault;
    const char* state;
    const char* advice;
  };
  const Words all[] = {
      {{FaultKind::kStuckLow, {}, true, false},
       "stuck low\n",
       "something holds it low at GPIO 18 (pin 12): pull the wire off"},
      {{FaultKind::kStuckHigh, {}, false, true},
       "stuck high\n",
       "something holds it high at GPIO 6 (pin 31): a HAT's pull-up"},
      {{FaultKind::kOpen, {}},
       "open\n",
       "push both plugs home, GPIO 18 (pin 12) and GPIO 6 (pin 31)"},
      {{FaultKind::kUnsteady, {}}, "unsteady\n", "a loose contact"},
      {{FaultKind::kUntold, {}}, "unknown\n", "repair those, and try again"},
  };
  for (const auto& [fault, state, advice] : all) {
    WiresReport report{
        .diagnosis = {}, .near = kDownstreamLines, .far = kUpstreamLines};
    report.diagnosis[2] = {fault};
    const std::string table = wires_table(report);
    EXPECT_THAT(table, HasSubstr(state));
    EXPECT_THAT(table, HasSubstr(advice));
  }
}

TEST(WiresReport, AnObjectIsForPrograms) {
  const auto object = nlohmann::json::parse(wires_json(example()));
  EXPECT_EQ(object["good"], false);
  EXPECT_EQ(object["wires"][0]["faults"].size(), 0U);
  EXPECT_EQ(object["wires"][1]["faults"][0]["fault"], "swapped");
  EXPECT_EQ(object["wires"][1]["faults"][0]["with"][0], "D6");
  EXPECT_EQ(object["wires"][9]["other_gpio"], 13);
}

}  // namespace
}  // namespace pi_ring
