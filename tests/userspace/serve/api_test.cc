// What each path answers, and in which form.
#include "userspace/serve/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "model/chat/chat_format.h"
#include "model/text/plain_tokenizer.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/serve/kept_jobs.h"
#include "tests/userspace/serve/recorded_answer.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr int kVocab = 512;

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    write_plain_tokenizer(kVocab, folder_.path());
    tokenizer_ = std::make_unique<Tokenizer>(folder_.path(), kVocab);
    config_.vocab = kVocab;
    config_.context = 64;
    make_api({});
  }

  void make_api(ApiKeys keys) {
    api_ = std::make_unique<Api>(
        ApiOptions{
            .model = "tiny", .keys = std::move(keys), .hosts = HostNames()},
        config_, *tokenizer_, chat_ ? &*chat_ : nullptr, engine_);
  }

  std::shared_ptr<RecordedAnswer> ask(const HttpRequest& request) {
    auto answer = std::make_shared<RecordedAnswer>();
    api_->handle(request, answer);
    return answer;
  }
  std::shared_ptr<RecordedAnswer> get(const std::string& path) {
    return ask({.method = "GET", .path = path, .host = "localhost"});
  }
  std::shared_ptr<RecordedAnswer> post(const std::string& path,
                                       const std::string& body) {
    return ask({.method = "POST",
                .path = path,
                .host = "127.0.0.1:8080",
                .authorization = {},
                .content_type = "application/json",
                .body = body});
  }
  std::shared_ptr<RecordedAnswer> complete(const json& fields) {
    return post("/v1/completions", fields.dump());
  }

  // Does a job with these pieces.
  void make(size_t job, const std::vector<std::string>& pieces, TextEnd end) {
    for (const std::string& piece : pieces) engine_.all.at(job).put(piece);
    engine_.all.at(job).done(
        {.end = end, .tokens = static_cast<int>(pieces.size()), .error = {}});
  }

  TemporaryFolder folder_;
  ModelConfig config_;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::optional<ChatFormat> chat_;
  KeptJobs engine_;
  std::unique_ptr<Api> api_;
};

TEST_F(ApiTest, ModelsAreListed) {
  const json models = get("/v1/models")->json();
  EXPECT_EQ(models["object"], "list");
  EXPECT_EQ(models["data"][0]["id"], "tiny");
}

TEST_F(ApiTest, AWholeTextIsOneReply) {
  const auto answer =
      complete({{"model", "tiny"}, {"prompt", "a b"}, {"max_tokens", 3}});
  EXPECT_FALSE(answer->is_complete());
  const TextJob& job = engine_.all.at(0);
  EXPECT_EQ(job.prompt, tokenizer_->encode("a b"));
  EXPECT_EQ(job.limits.tokens, 3);
  make(0, {"one", " two"}, TextEnd::kEndToken);
  ASSERT_TRUE(answer->is_complete());
  const json reply = answer->json();
  EXPECT_EQ(reply["object"], "text_completion");
  EXPECT_EQ(reply["choices"][0]["text"], "one two");
  EXPECT_EQ(reply["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(reply["usage"]["completion_tokens"], 2);
  EXPECT_EQ(reply["usage"]["prompt_tokens"], job.prompt.size());
}

TEST_F(ApiTest, TextsOfOneRequestMayEndOnTwoThreads) {
  for (const bool is_streamed : {false, true}) {
    engine_.all.clear();
    const auto answer =
        complete({{"prompt", "a"}, {"n", 2}, {"stream", is_streamed}});
    std::thread stopping([&] {
      engine_.all.at(1).done({.end = {}, .tokens = 0, .error = "stopping"});
    });
    make(0, std::vector<std::string>(100, "a"), TextEnd::kEndToken);
    stopping.join();
    EXPECT_TRUE(answer->is_complete());
  }
}

TEST_F(ApiTest, AStreamIsOneEventAPieceThenTheReasonUsageAndDone) {
  const auto answer = complete({{"prompt", "a"},
                                {"stream", true},
                                {"stream_options", {{"include_usage", true}}}});
  EXPECT_FALSE(answer->has_begun());
  make(0, {"one", "", " two"}, TextEnd::kTokenLimit);
  ASSERT_EQ(answer->events().size(), 5U);
  EXPECT_EQ(answer->event(0)["choices"][0]["text"], "one");
  EXPECT_EQ(answer->event(0)["choices"][0]["finish_reason"], nullptr);
  EXPECT_EQ(answer->event(1)["choices"][0]["text"], " two");
  EXPECT_EQ(answer->event(2)["choices"][0]["finish_reason"], "length");
  EXPECT_EQ(answer->event(3)["usage"]["completion_tokens"], 3);
  EXPECT_EQ(answer->event(3)["choices"], json::array());
  EXPECT_EQ(answer->events()[4], "data: [DONE]\n\n");
  EXPECT_TRUE(answer->is_complete());
}

TEST_F(ApiTest, SeveralTextsHaveSeedsOfTheirOwn) {
  const auto answer =
      complete({{"prompt", json::array({"a", "b"})}, {"n", 2}, {"seed", 7}});
  ASSERT_EQ(engine_.all.size(), 4U);
  EXPECT_EQ(engine_.all[0].sampling.seed, 7U);
  EXPECT_EQ(engine_.all[3].sampling.seed, 10U);
  EXPECT_EQ(engine_.all[2].prompt, tokenizer_->encode("b"));
  for (const size_t job : {3, 1, 0, 2}) {
    EXPECT_FALSE(answer->is_complete());
    make(job, {std::to_string(job)}, TextEnd::kStopText);
  }
  const json choices = answer->json()["choices"];
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(choices[i]["index"], i);
    EXPECT_EQ(choices[i]["text"], std::to_string(i));
  }
}

TEST_F(ApiTest, PromptsMayBeTokens) {
  complete({{"prompt", {1, 5, 9}}});
  complete({{"prompt", {{1, 5}, {7}}}});
  EXPECT_EQ(engine_.all.at(0).prompt, (std::vector<int>{1, 5, 9}));
  EXPECT_EQ(engine_.all.at(1).prompt, (std::vector<int>{1, 5}));
  EXPECT_EQ(engine_.all.at(2).prompt, (std::vector<int>{7}));
}

TEST_F(ApiTest, WhatIsWrongIsNamed) {
  const std::vector<std::pair<json, std::string>> wrong = {
      {{{"prompt", 3}}, "prompt"},
      {json::object(), "prompt"},
      {{{"prompt", json::array({1, "a"})}}, "prompt"},
      {{{"prompt", json::array({kVocab})}}, "prompt"},
      {{{"prompt", json::array({-1})}}, "prompt"},
      {{{"prompt", json::array()}}, "prompt"},
      {{{"prompt", std::vector<int>(65, 1)}}, "prompt"},
      {{{"prompt", "a"}, {"max_tokens", -1}}, "max_tokens"},
      {{{"prompt", "a"}, {"max_tokens", 1.5}}, "max_tokens"},
      {{{"prompt", "a"}, {"max_tokens", 1e30}}, "max_tokens"},
      {{{"prompt", "a"}, {"temperature", "hot"}}, "temperature"},
      {{{"prompt", "a"}, {"temperature", 2.1}}, "temperature"},
      {{{"prompt", "a"}, {"n", 0}}, "n"},
      {{{"prompt", "a"}, {"stop", json::array({1})}}, "stop"},
      {{{"prompt", "a"}, {"stream", "yes"}}, "stream"},
      {{{"prompt", "a"}, {"stream_options", json::object()}}, "stream_options"},
      {{{"prompt", "a"}, {"stream", true}, {"stream_options", 1}},
       "stream_options"},
      {{{"prompt", "a"}, {"logprobs", 2}}, "logprobs"},
      {{{"prompt", "a"}, {"echo", true}}, "echo"},
      {{{"prompt", "a"}, {"tempratur", 1}}, "tempratur"},
      {{{"prompt", "a"}, {"model", "huge"}}, "model"},
  };
  for (const auto& [fields, param] : wrong) {
    const auto answer = complete(fields);
    ASSERT_TRUE(answer->is_complete()) << fields;
    EXPECT_EQ(answer->reply().status, param == "model" ? 404 : 400) << fields;
    EXPECT_EQ(answer->error()["param"], param) << fields;
    EXPECT_EQ(answer->error()["type"], "invalid_request_error");
  }
  EXPECT_TRUE(engine_.all.empty());
}

TEST_F(ApiTest, WhatIsNoJsonIsRefused) {
  for (const std::string body : {"", "{", "[]", "{\"prompt\": \"\xff\"}",
                                 R"({"prompt":1,"prompt":2})", "nul"}) {
    const auto answer = post("/v1/completions", body);
    EXPECT_EQ(answer->reply().status, 400);
    EXPECT_EQ(answer->error()["code"], "invalid_json") << body;
  }
}

TEST_F(ApiTest, FieldsOfOtherServersThatChangeNothingArePassedOver) {
  const auto answer = complete({{"prompt", "a"},
                                {"user", "me"},
                                {"echo", false},
                                {"best_of", 1},
                                {"logprobs", nullptr},
                                {"logit_bias", json::object()},
                                {"presence_penalty", 0.0}});
  EXPECT_FALSE(answer->is_complete()) << answer->reply().body;
}

TEST_F(ApiTest, AFullQueueAsksToComeBack) {
  engine_.room = 1;
  const auto answer = complete({{"prompt", "a"}, {"n", 2}});
  EXPECT_EQ(answer->reply().status, 429);
  EXPECT_EQ(answer->reply().fields.at(0).first, "Retry-After");
  EXPECT_EQ(answer->error()["type"], "rate_limit_error");
}

TEST_F(ApiTest, AnErrorOfTheEngineHasAStatusUntilTheStreamHasBegun) {
  const auto early = complete({{"prompt", "a"}, {"stream", true}});
  engine_.all.at(0).done({.error = "rank 1 was killed"});
  EXPECT_EQ(early->reply().status, 503);
  EXPECT_EQ(early->error()["message"], "rank 1 was killed");
  const auto late = complete({{"prompt", "a"}, {"stream", true}});
  engine_.all.at(1).put("some");
  engine_.all.at(1).done({.error = "rank 1 was killed"});
  ASSERT_EQ(late->events().size(), 2U);
  EXPECT_EQ(late->event(1)["error"]["message"], "rank 1 was killed");
  EXPECT_TRUE(late->is_complete());
}

TEST_F(ApiTest, ATextIsWantedUntilItsClientGoes) {
  const auto answer = complete({{"prompt", "a"}});
  EXPECT_TRUE(engine_.all.at(0).is_wanted());
  answer->abandon();
  EXPECT_FALSE(engine_.all.at(0).is_wanted());
}

TEST_F(ApiTest, GenerateIsOneTextInItsOwnForm) {
  const auto answer = post("/generate/", R"({"prompt": "a", "max_tokens": 5})");
  make(0, {"x", "y"}, TextEnd::kTokenLimit);
  EXPECT_EQ(answer->json()["text"], "xy");
  EXPECT_EQ(answer->json()["finish_reason"], "length");
}

class ChatApiTest : public ApiTest {
 protected:
  ChatApiTest() {
    chat_.emplace(
        ChatTemplateSource{
            .file = "template",
            .text = "{% for m in messages %}{{ m.role }}: {{ m.content }}</s>"
                    "{% endfor %}{% if add_generation_prompt %}assistant: "
                    "{% endif %}"},
        *tokenizer_, std::tm{});
    make_api({});
  }

  std::shared_ptr<RecordedAnswer> say(json fields) {
    fields["messages"] = json::array(
        {{{"role", "user"},
          {"content", json::array({{{"type", "text"}, {"text", "hi"}}})}}});
    return post("/v1/chat/completions", fields.dump());
  }
};

TEST_F(ChatApiTest, AConversationBecomesATextAsTheTemplateSays) {
  const auto answer = say({{"max_completion_tokens", 4}});
  const TextJob& job = engine_.all.at(0);
  EXPECT_EQ(job.prompt,
            chat_->tokens(std::vector<ChatMessage>{{"user", "hi"}}));
  EXPECT_EQ(job.limits.tokens, 4);
  EXPECT_EQ(job.ends, chat_->ends_of_answer());
  make(0, {"hel", "lo"}, TextEnd::kEndToken);
  const json reply = answer->json();
  EXPECT_EQ(reply["object"], "chat.completion");
  EXPECT_EQ(reply["choices"][0]["message"]["role"], "assistant");
  EXPECT_EQ(reply["choices"][0]["message"]["content"], "hello");
  EXPECT_EQ(reply["choices"][0]["finish_reason"], "stop");
}

TEST_F(ChatApiTest, AStreamSaysTheRoleFirst) {
  const auto answer = say({{"stream", true}});
  make(0, {"hi"}, TextEnd::kTokenLimit);
  ASSERT_EQ(answer->events().size(), 4U);
  EXPECT_EQ(answer->event(0)["object"], "chat.completion.chunk");
  EXPECT_EQ(answer->event(0)["choices"][0]["delta"]["role"], "assistant");
  EXPECT_EQ(answer->event(1)["choices"][0]["delta"], (json{{"content", "hi"}}));
  EXPECT_EQ(answer->event(2)["choices"][0]["delta"], json::object());
  EXPECT_EQ(answer->event(2)["choices"][0]["finish_reason"], "length");
}

TEST_F(ChatApiTest, WhatIsWrongInAMessageIsNamed) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"({"messages": []})", "messages"},
      {R"({"messages": [{"role": "user"}]})", "messages[0].content"},
      {R"({"messages": [{"role": "tool", "content": "a"}]})",
       "messages[0].role"},
      {R"({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]})",
       "messages[0].content"},
      {R"({"messages": [{"role": "user", "content": "a"}], "tools": [1]})",
       "tools"},
  };
  for (const auto& [body, param] : wrong) {
    const auto answer = post("/v1/chat/completions", body);
    EXPECT_EQ(answer->reply().status, 400) << body;
    EXPECT_EQ(answer->error()["param"], param) << body;
  }
}

TEST_F(ApiTest, ChatNeedsATemplate) {
  const auto answer =
      post("/v1/chat/completions",
           R"({"messages": [{"role": "user", "content": "hi"}]})");
  EXPECT_EQ(answer->reply().status, 400);
  EXPECT_EQ(answer->error()["code"], "no_chat_template");
}

TEST_F(ApiTest, TokensOfATextAreTold) {
  const auto answer = post("/tokenize", R"({"prompt": "a b"})");
  EXPECT_EQ(answer->json()["tokens"], json(tokenizer_->encode("a b")));
  EXPECT_EQ(answer->json()["max_model_len"], 64);
}

TEST_F(ApiTest, OtherPathsAndMethodsAreRefused) {
  EXPECT_EQ(get("/etc/passwd")->reply().status, 404);
  EXPECT_EQ(get("/generate")->reply().status, 404);
  const auto answer = get("/v1/completions");
  EXPECT_EQ(answer->reply().status, 405);
  EXPECT_EQ(answer->reply().fields.at(0),
            (std::pair<std::string, std::string>{"Allow", "POST"}));
  const auto options = ask(
      {.method = "OPTIONS", .path = "/v1/completions", .host = "localhost"});
  EXPECT_EQ(options->reply().status, 405);
}

TEST_F(ApiTest, WithKeysOnlyHealthIsOpen) {
  make_api(ApiKeys({"secret"}));
  EXPECT_EQ(get("/health")->reply().status, 200);
  for (const char* path : {"/v1/models", "/metrics"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer->reply().status, 401);
    EXPECT_EQ(answer->error()["code"], "invalid_api_key");
    EXPECT_EQ(answer->reply().fields.at(0).first, "WWW-Authenticate");
  }
  EXPECT_EQ(ask({.method = "GET",
                 .path = "/v1/models",
                 .host = "localhost",
                 .authorization = "Bearer secret"})
                ->reply()
                .status,
            200);
}

TEST_F(ApiTest, PagesOfOtherSitesAreKeptOut) {
  HttpRequest request{.method = "POST",
                      .path = "/v1/completions",
                      .host = "evil.example",
                      .authorization = {},
                      .content_type = "application/json",
                      .body = R"({"prompt": "a"})"};
  EXPECT_EQ(ask(request)->reply().status, 403);
  request.host.clear();
  EXPECT_EQ(ask(request)->reply().status, 400);
  request.host = "localhost:8080";
  request.content_type = "text/plain";
  EXPECT_EQ(ask(request)->reply().status, 415);
  EXPECT_TRUE(engine_.all.empty());
}

TEST_F(ApiTest, HealthTellsTheEnd) {
  engine_.works = false;
  EXPECT_EQ(get("/health")->reply().status, 503);
  EXPECT_EQ(complete({{"prompt", "a"}})->reply().status, 503);
}

TEST_F(ApiTest, MetricsCount) {
  complete({{"prompt", {1, 2, 3}}});
  make(0, {"x", "y"}, TextEnd::kTokenLimit);
  get("/nothing");
  const std::string text = get("/metrics")->reply().body;
  EXPECT_THAT(text, HasSubstr("\npi_ring_prompt_tokens_total 3\n"));
  EXPECT_THAT(text, HasSubstr("\npi_ring_generated_tokens_total 2\n"));
  EXPECT_THAT(text, HasSubstr("pi_ring_requests_total{path=\"/v1/completions\","
                              "status=\"200\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{path=\"other\",status=\"404\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("pi_ring_first_token_seconds_count 1\n"));
}

}  // namespace
}  // namespace pi_ring
