// `pi-ring serve` as its users call it, with curl as a client.
#include <nlohmann/json.hpp>

#include "tests/file_text.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* kCurl = "/usr/bin/curl";

class ServeTest : public CommandTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kCurl)) GTEST_SKIP() << "curl is not here";
  }

  // Starts it at a free port, and waits until it answers.
  void start(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {"serve", "--port", "0"});
    program_ = std::make_unique<RunningProgram>(
        pi_ring_call(std::move(arguments)), folder_ / "out");
    program_->wait_for_error_text("/v1\n");
    const std::string said = program_->error_so_far();
    const size_t at = said.find("http://");
    ASSERT_NE(at, said.npos) << said;
    url_ = said.substr(at, said.find("/v1\n") - at);
  }

  Ending curl(const std::string& path,
              std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(),
                     {kCurl, "--silent", "--show-error", "--no-buffer"});
    arguments.push_back(url_ + path);
    return run_program(arguments);
  }
  Ending post(const std::string& path, const json& body,
              std::vector<std::string> arguments = {}) const {
    arguments.insert(
        arguments.end(),
        {"--header", "Content-Type: application/json", "--data", body.dump()});
    return curl(path, std::move(arguments));
  }

  std::unique_ptr<RunningProgram> program_;
  std::string url_;
};

const json kGreedy = {
    {"prompt", "Once upon a time"}, {"max_tokens", 24}, {"temperature", 0}};

TEST_F(ServeTest, ATextIsThatOfGenerate) {
  start({"--ranks", "3"});
  const Ending generated = pi_ring_run(
      {"generate", "--temperature", "0", "-n", "24", "Once upon a time"});
  const json reply = json::parse(post("/v1/completions", kGreedy).out);
  EXPECT_EQ("Once upon a time" +
                reply["choices"][0]["text"].get<std::string>() + "\n",
            generated.out);
  EXPECT_EQ(reply["usage"]["completion_tokens"], 24);
}

TEST_F(ServeTest, AStreamIsTheSameText) {
  start();
  const json whole = json::parse(post("/v1/completions", kGreedy).out);
  json streamed = kGreedy;
  streamed["stream"] = true;
  const std::string events = post("/v1/completions", streamed).out;
  EXPECT_THAT(events, EndsWith("data: [DONE]\n\n"));
  std::string text;
  size_t at = 0;
  for (size_t end = 0; (end = events.find("\n\n", at)) != events.npos;
       at = end + 2) {
    const std::string data = events.substr(at + 6, end - at - 6);
    if (data == "[DONE]") break;
    text += json::parse(data)["choices"][0]["text"].get<std::string>();
  }
  EXPECT_EQ(text, whole["choices"][0]["text"]);
}

TEST_F(ServeTest, AModelWithATemplateChats) {
  std::filesystem::copy(PI_RING_DEMO, folder_ / "chatty");
  write_file_text(folder_ / "chatty" / "chat_template.jinja",
                  "{% for m in messages %}{{ m.content }}{% endfor %}");
  start({"--model", folder_ / "chatty"});
  const json reply = json::parse(
      post("/v1/chat/completions",
           {{"messages", json::array({{{"role", "user"},
                                       {"content", "Once upon a time"}}})},
            {"temperature", 0},
            {"max_tokens", 8}})
          .out);
  EXPECT_EQ(reply["choices"][0]["message"]["role"], "assistant") << reply;
  EXPECT_EQ(reply["usage"]["completion_tokens"], 8) << reply;
}

TEST_F(ServeTest, AClientThatGoesFreesTheRing) {
  start({"--queue", "0"});
  json endless = kGreedy;
  endless["stream"] = true;
  endless["n"] = 1;
  endless["ignore_eos"] = true;
  endless["max_tokens"] = 200;
  {
    std::vector<std::string> call = {kCurl,
                                     "--silent",
                                     "--no-buffer",
                                     "--header",
                                     "Content-Type: application/json",
                                     "--data",
                                     endless.dump(),
                                     url_ + "/v1/completions"};
    RunningProgram client(call, folder_ / "stream");
    client.wait_for_output(1);
  }
  std::string reply;
  do {
    reply = post("/v1/completions", kGreedy).out;
  } while (reply.find("queue_full") != reply.npos);
  EXPECT_THAT(reply, HasSubstr("\"choices\""));
}

TEST_F(ServeTest, AKeyIsNeededWhereAFileHasOne) {
  write_file_text(folder_ / "keys", "sesame\n");
  start({"--api-key-file", folder_ / "keys"});
  EXPECT_THAT(curl("/v1/models").out, HasSubstr("invalid_api_key"));
  EXPECT_THAT(
      curl("/v1/models", {"--header", "Authorization: Bearer sesame"}).out,
      HasSubstr("\"id\""));
  EXPECT_THAT(program_->error_so_far(), testing::Not(HasSubstr("sesame")));
}

TEST_F(ServeTest, OtherMachinesNeedAKeyOrAnExplicitWord) {
  const Ending open = pi_ring_run({"serve", "--host", "0.0.0.0"});
  EXPECT_EQ(open.status, 2);
  EXPECT_THAT(open.err, IsOneLineWith("--no-auth"));
  start({"--host", "0.0.0.0", "--no-auth"});
}

TEST_F(ServeTest, SigtermFinishesTheAnswerUnderWay) {
  start({"--ranks", "2"});
  json stream = kGreedy;
  stream["stream"] = true;
  stream["max_tokens"] = 200;
  stream["ignore_eos"] = true;
  std::vector<std::string> call = {kCurl,
                                   "--silent",
                                   "--no-buffer",
                                   "--header",
                                   "Content-Type: application/json",
                                   "--data",
                                   stream.dump(),
                                   url_ + "/v1/completions"};
  RunningProgram client(call, folder_ / "stream");
  client.wait_for_output(1);
  program_->signal(SIGTERM);
  EXPECT_EQ(client.wait().status, 0);
  EXPECT_THAT(file_text(folder_ / "stream"), EndsWith("data: [DONE]\n\n"));
  EXPECT_EQ(program_->wait().status, 0);
}

TEST_F(ServeTest, ARankThatDiesEndsTheServerWithItsName) {
  start({"--ranks", "3"});
  const std::vector<pid_t> ranks = program_->children();
  ASSERT_EQ(ranks.size(), 2U);
  kill(ranks[1], SIGKILL);
  EXPECT_THAT(post("/v1/completions", kGreedy).out, HasSubstr("rank 1"));
  const Ending ending = program_->wait();
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.err, HasSubstr("rank 1 was killed by SIGKILL"));
}

}  // namespace
}  // namespace pi_ring
