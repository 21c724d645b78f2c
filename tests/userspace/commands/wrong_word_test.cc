// What pi-ring says to a call that has a word it does not know, and its help.
#include "userspace/commands/wrong_word.h"

#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

void expect_wrong_call(const std::vector<std::string>& call,
                       const std::string& text) {
  const Ending run = pi_ring_run(call);
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, IsOneLineWith(text));
}

TEST(WrongWord, OfACommandNamesTheNearest) {
  expect_wrong_call({"generat", "x"},
                    "generat is not a command of pi-ring; did you mean "
                    "generate? (see `pi-ring --help`)");
  expect_wrong_call({"tarin"}, "did you mean train?");
  expect_wrong_call({"checkpoint", "verfy", "run"},
                    "verfy is not a command of pi-ring checkpoint; did you "
                    "mean verify? (see `pi-ring checkpoint --help`)");
  expect_wrong_call({"xyzzy"},
                    "xyzzy is not a command of pi-ring (see `pi-ring --help`)");
}

TEST(WrongWord, OfAnOptionNamesTheNearest) {
  expect_wrong_call({"generate", "--tokns", "5", ""},
                    "--tokns is not an option of pi-ring generate; did you "
                    "mean --tokens? (see `pi-ring generate --help`)");
  expect_wrong_call({"generate", "--seed=5", "--rank=4", ""},
                    "--rank is not an option of pi-ring generate; did you mean "
                    "--ranks?");
}

TEST(WrongWord, OfATextWithoutQuotesIsExplained) {
  expect_wrong_call({"generate", "Once", "upon", "a", "time"},
                    "\"upon\" is one word too many for pi-ring generate: put a "
                    "text of several words in quotes");
}

TEST(WrongWord, SuggestsNothingThatIsFarAway) {
  EXPECT_EQ(nearest("generate", {"train", "eval"}), "");
  EXPECT_EQ(nearest("x", {"ab", "rank"}), "");
  EXPECT_EQ(nearest("shrad", {"shard", "show"}), "shard");
  EXPECT_EQ(nearest("", {"shard"}), "");
}

TEST(Help, ComesWithoutACommandAndByItsName) {
  const std::string help = pi_ring_run({"--help"}).out;
  EXPECT_THAT(help, HasSubstr("generate"));
  for (const auto& call : {std::vector<std::string>{}, {"help"}}) {
    const Ending run = pi_ring_run(call);
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.out, help);
  }
  EXPECT_EQ(pi_ring_run({"help", "generate"}).out,
            pi_ring_run({"generate", "--help"}).out);
  EXPECT_EQ(pi_ring_run({"help", "checkpoint", "verify"}).out,
            pi_ring_run({"checkpoint", "verify", "--help"}).out);
  expect_wrong_call({"help", "generat"}, "did you mean generate?");
}

}  // namespace
}  // namespace pi_ring
