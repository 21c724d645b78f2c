// `pi-ring chat` through a pipe and at a terminal, on a small random model.
#include <signal.h>

#include <chrono>
#include <thread>

#include "tests/file_text.h"
#include "tests/userspace/commands/chat/terminal.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kTemplate =
    "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}\n"
    "{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";

// A context in which an answer does not end while a test disturbs it.
constexpr int kEndless = 200'000;

class ChatTest : public CommandTest {
 protected:
  ChatTest() : model_(make_chat_model(2000)) {}

  // A model that ends no text.
  std::string make_chat_model(int context) const {
    ModelConfig config = shape_of("260K");
    config.name = "talker";
    config.context = context;
    config.bos = 2;
    config.eos = {2};
    const auto model = folder_.path() / ("talker-" + std::to_string(context));
    write_random_model(config, 3, DType::F32, model);
    write_plain_tokenizer(config.vocab, model);
    write_file_text(model / "tokenizer_config.json", R"({"bos_token": "<s>"})");
    write_file_text(model / "chat_template.jinja", kTemplate);
    return model.string();
  }

  std::vector<std::string> chat_call(
      const std::vector<std::string>& more) const {
    std::vector<std::string> call = pi_ring_call(
        {"chat", "--model", model_, "--temperature", "0", "--threads", "1"});
    call.insert(call.end(), more.begin(), more.end());
    return call;
  }

  // Says the lines through a pipe.
  Ending piped(const std::string& lines,
               const std::vector<std::string>& more = {"-n", "10"}) const {
    const auto input = folder_.path() / "lines";
    write_file_text(input, lines);
    std::vector<std::string> call = {"/bin/sh", "-c",
                                     R"(input=$1; shift; exec "$@" <"$input")",
                                     "sh", input.string()};
    const auto program = chat_call(more);
    call.insert(call.end(), program.begin(), program.end());
    return run_program(call);
  }

  std::string answers() const { return file_text(folder_.path() / "out"); }

  std::string model_;
};

TEST_F(ChatTest, EachPipedLineIsAMessage) {
  const Ending one = piped("Hello there\n");
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_THAT(one.out, Not(IsEmpty()));
  const Ending two = piped("Hello there\r\n\n/reset");
  EXPECT_EQ(two.status, 0) << two.err;
  EXPECT_THAT(two.out, StartsWith(one.out));
  EXPECT_GT(two.out.size(), one.out.size());
  EXPECT_THAT(two.err, Not(HasSubstr("new conversation")));
  EXPECT_THAT(two.err, HasSubstr("the answer ends after 10 tokens"));
}

TEST_F(ChatTest, RingsOfOneAndOfThreeAnswerAlike) {
  const std::string lines = "Once upon a time\nAnd then?\nWhy?\n";
  const Ending one = piped(lines);
  const Ending three = piped(lines, {"-n", "10", "--ranks", "3"});
  EXPECT_EQ(three.status, 0) << three.err;
  EXPECT_EQ(three.out, one.out);
}

// The later answer is that of a ring which gets all tokens in one prompt.
TEST_F(ChatTest, AnAnswerFollowsFromTheWholeConversation) {
  const Ending talk = piped("Hello\nWhy?\n");
  const Ending first = piped("Hello\n");
  const std::string answer = first.out.substr(0, first.out.size() - 1);
  const std::string prompt =
      "user: Hello\nassistant: " + answer + "\nuser: Why?\nassistant:";
  const Ending whole =
      pi_ring_run({"generate", "--model", model_, "--temperature", "0",
                   "--threads", "1", "-n", "10", "-p", prompt});
  EXPECT_EQ(prompt + talk.out.substr(first.out.size()), whole.out);
}

TEST_F(ChatTest, ASystemTextStandsBeforeTheConversation) {
  const Ending with = piped("Hello\n", {"-n", "10", "--system", "Be brief"});
  const Ending whole = pi_ring_run(
      {"generate", "--model", model_, "--temperature", "0", "--threads", "1",
       "-n", "10", "-p", "system: Be brief\nuser: Hello\nassistant:"});
  EXPECT_EQ("system: Be brief\nuser: Hello\nassistant:" + with.out, whole.out);
}

TEST_F(ChatTest, AModelWithoutATemplateContinuesEachLine) {
  std::filesystem::remove(std::filesystem::path(model_) /
                          "chat_template.jinja");
  const Ending run = piped("Once upon\nThe dog\n", {"-n", "5"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, StartsWith("Once upon"));
  EXPECT_THAT(run.out, HasSubstr("\nThe dog"));
  EXPECT_THAT(run.err, StartsWith("pi-ring: talker is no chat model"));
  EXPECT_EQ(piped("Hello\n", {"--system", "x"}).status, 2);
}

TEST_F(ChatTest, LeavesOutTheOldestTurnsWhereTheContextIsFull) {
  model_ = make_chat_model(120);
  const Ending run =
      piped("one two three\nfour five\nsix\nseven\n", {"-n", "30"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("talker can hold 120: its oldest "));
  EXPECT_THAT(run.err, HasSubstr(" messages are left out from here on"));
  const Ending longer = piped(std::string(300, 'x') + "\n", {"-n", "30"});
  EXPECT_EQ(longer.status, 1);
  EXPECT_THAT(longer.err, HasSubstr("the message is too long"));
  EXPECT_THAT(longer.err, HasSubstr("can hold 120"));
}

TEST_F(ChatTest, NamesWhatTheTemplateRefuses) {
  write_file_text(std::filesystem::path(model_) / "chat_template.jinja",
                  "\n{{ raise_exception('no talk today') }}");
  const Ending run = piped("Hello\n");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("chat_template.jinja: line 2: the "
                                     "template says: no talk today"));
}

TEST_F(ChatTest, ANewConversationIsAFreshStart) {
  const std::string fresh = piped("Hello\n").out;
  Terminal terminal(chat_call({"-n", "10"}), folder_.path() / "out");
  ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
  for (const char* line : {"Once upon a time\r", "/reset\r", "Hello\r"}) {
    terminal.type(line);
    ASSERT_TRUE(terminal.shows("\n> ")) << terminal.screen();
  }
  terminal.type("/quit\r");
  EXPECT_EQ(terminal.status(), 0);
  const std::string first = piped("Once upon a time\n").out;
  EXPECT_EQ(answers(), first + fresh);
}

TEST_F(ChatTest, CtrlCStopsTheAnswerAndThenTheProgram) {
  model_ = make_chat_model(kEndless);
  for (const char* ranks : {"1", "3"}) {
    SCOPED_TRACE(ranks);
    const auto out = folder_.path() / (std::string("out-") + ranks);
    Terminal terminal(chat_call({"-n", "100000", "--ranks", ranks}), out);
    ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
    terminal.type("Hello\r");
    while (!std::filesystem::exists(out) ||
           std::filesystem::file_size(out) < 20) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    terminal.type("\x03");
    ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
    terminal.type("half a line\x03");
    ASSERT_TRUE(terminal.shows("once more ends")) << terminal.screen();
    ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
    terminal.type("\x03");
    EXPECT_EQ(terminal.status(), 0) << terminal.screen();
  }
}

TEST_F(ChatTest, RecallsAndEditsLines) {
  Terminal terminal(chat_call({"-n", "5"}), folder_.path() / "out");
  ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
  terminal.type("Hallo\r");
  ASSERT_TRUE(terminal.shows("\n> ")) << terminal.screen();
  // Up, to the line's beginning, one to the right, over an "a" to an "e".
  terminal.type(
      "\x10\x01\x06\x04"
      "e\r");
  ASSERT_TRUE(terminal.shows("\n> ")) << terminal.screen();
  const auto saved = folder_.path() / "talk.json";
  terminal.type("/save " + saved.string() + "\r");
  ASSERT_TRUE(terminal.shows("saved as")) << terminal.screen();
  ASSERT_TRUE(terminal.shows("\n> ")) << terminal.screen();
  terminal.type("\x04");
  EXPECT_EQ(terminal.status(), 0);
  const std::string talk = file_text(saved);
  EXPECT_THAT(talk, HasSubstr(R"("content": "Hallo")"));
  EXPECT_THAT(talk, HasSubstr(R"("content": "Hello")"));
}

TEST_F(ChatTest, ExplainsItsCommands) {
  Terminal terminal(chat_call({"-n", "5"}), folder_.path() / "out");
  ASSERT_TRUE(terminal.shows("/help lists the commands"));
  ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
  terminal.type("/help\r");
  ASSERT_TRUE(terminal.shows("/system TEXT")) << terminal.screen();
  ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
  terminal.type("/rest\r");
  ASSERT_TRUE(terminal.shows("did you mean /reset?")) << terminal.screen();
  ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
  terminal.type("Hello\r");
  ASSERT_TRUE(terminal.shows("the answer ends")) << terminal.screen();
  ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
  terminal.type("Hello\r");
  ASSERT_TRUE(terminal.shows("the answer ends")) << terminal.screen();
  ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
  terminal.type("/stats\r");
  ASSERT_TRUE(terminal.shows("4 messages; ")) << terminal.screen();
  ASSERT_TRUE(terminal.shows(" of 2,000 tokens of the context"));
  ASSERT_TRUE(terminal.shows("> ")) << terminal.screen();
  terminal.type("/quit\r");
  EXPECT_EQ(terminal.status(), 0);
}

TEST_F(ChatTest, ALostRankIsNamed) {
  model_ = make_chat_model(kEndless);
  const auto input = folder_.path() / "lines";
  write_file_text(input, "Hello\n");
  const auto call = chat_call({"-n", "100000", "--ranks", "3"});
  std::vector<std::string> shell = {"/bin/sh", "-c",
                                    R"(input=$1; shift; exec "$@" <"$input")",
                                    "sh", input.string()};
  shell.insert(shell.end(), call.begin(), call.end());
  RunningProgram run(shell);
  run.wait_for_output(20);
  kill(run.children().front(), SIGKILL);
  const Ending end = run.wait();
  EXPECT_EQ(end.status, 1);
  EXPECT_THAT(end.err, HasSubstr("rank 0 was killed by SIGKILL"));
}

}  // namespace
}  // namespace pi_ring
