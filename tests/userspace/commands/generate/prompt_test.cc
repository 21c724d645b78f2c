// Where `pi-ring generate` takes its prompt from.
#include <sys/stat.h>

#include <fstream>

#include "tests/userspace/commands/generate/generate_command.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class PromptTest : public GenerateTest {
 protected:
  // Runs it with `script`, in which "$@" is the call, without its prompt.
  Ending run(const std::string& script,
             std::vector<std::string> arguments = {}) const {
    std::vector<std::string> call = {
        "/bin/sh", "-c",   script, "sh", PI_RING_PROGRAM, "generate",
        "-m",      model_, "-n",   "3",  "--temp",        "0"};
    call.insert(call.end(), arguments.begin(), arguments.end());
    return run_program(call);
  }

  std::string text_of(const std::string& prompt) const {
    return run("exec \"$@\"", {"--", prompt}).out;
  }
};

TEST_F(PromptTest, ComesFromAPipe) {
  const Ending piped = run("echo 'The dog' | \"$@\"");
  EXPECT_EQ(piped.status, 0) << piped.err;
  EXPECT_THAT(piped.out, StartsWith("The dog"));
  EXPECT_EQ(piped.out, text_of("The dog"));
  EXPECT_EQ(run("echo 'The dog' | \"$@\" -").out, piped.out);
  EXPECT_EQ(run("printf 'The dog\\r\\n' | \"$@\"").out, piped.out);
}

TEST_F(PromptTest, OfTheCallComesBeforeThePipes) {
  EXPECT_EQ(run("echo 'The cat' | \"$@\" 'The dog'").out, text_of("The dog"));
  EXPECT_EQ(run("echo 'The cat' | \"$@\" ''").out, text_of(""));
  EXPECT_EQ(run("\"$@\" -p 'The dog'").out, text_of("The dog"));
}

TEST_F(PromptTest, ComesFromAFileOrANamedPipe) {
  const auto file = (folder_.path() / "prompt").string();
  std::ofstream(file) << "The dog\n";
  EXPECT_EQ(run("\"$@\"", {"-f", file}).out, text_of("The dog"));
  const auto pipe = (folder_.path() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const Ending piped =
      run("(echo 'The dog' >" + pipe + ") & exec \"$@\"", {"-f", pipe});
  EXPECT_EQ(piped.out, text_of("The dog")) << piped.err;
}

TEST_F(PromptTest, ThatIsNotTextIsRefusedWithThePlace) {
  EXPECT_THAT(run("printf 'ab\\377' | \"$@\"").err,
              IsOneLineWith("standard input: is not text: it has invalid UTF-8 "
                            "at byte 2"));
  EXPECT_THAT(run("printf 'a\\000b' | \"$@\"").err,
              HasSubstr("a zero byte at byte 1"));
  const Ending missing = run("\"$@\"", {"-f", "/nowhere/prompt"});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.err, IsOneLineWith("/nowhere/prompt: No such file"));
}

TEST_F(PromptTest, AndAFileExcludeEachOther) {
  const Ending run_of_both = run("\"$@\" -f a b");
  EXPECT_EQ(run_of_both.status, 2);
  EXPECT_THAT(run_of_both.err, IsOneLineWith("excludes"));
}

TEST_F(PromptTest, LongerThanTheContextIsRefusedWithTheNumbers) {
  EXPECT_THAT(run("yes dog | head -n 60000 | \"$@\"").err,
              IsOneLineWith("endless can hold 200000"));
}

}  // namespace
}  // namespace pi_ring
