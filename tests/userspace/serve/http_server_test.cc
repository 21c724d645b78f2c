// The server beside clients that keep its rules, and beside others.
#include "userspace/serve/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/userspace/serve/raw_client.h"

namespace pi_ring {
namespace {

using testing::AnyOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kGet = "GET /a?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string post(const std::string& body) {
  return "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class HttpServerTest : public testing::Test {
 protected:
  ~HttpServerTest() override { stop(); }

  uint16_t start(const HttpLimits& limits = {}) {
    server_ = std::make_unique<HttpServer>(
        "127.0.0.1", 0, limits,
        [this](const HttpRequest& request, std::shared_ptr<Answer> answer) {
          answer_to(request, std::move(answer));
        });
    thread_ = std::thread([this] {
      server_->run([this] { return stops_.load(); }, std::chrono::minutes(5));
    });
    return server_->port();
  }
  void ask_to_stop() { stops_ = true; }
  void stop() {
    ask_to_stop();
    if (thread_.joinable()) thread_.join();
  }

  // The answer to a request of /later, once it has come.
  std::shared_ptr<Answer> later() {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (later_ != nullptr) return std::exchange(later_, nullptr);
      }
      std::this_thread::yield();
    }
  }

 private:
  void answer_to(const HttpRequest& request, std::shared_ptr<Answer> answer) {
    if (request.path == "/later") {
      const std::lock_guard lock(mutex_);
      later_ = std::move(answer);
    } else if (request.path == "/events") {
      answer->begin_events();
      answer->put_event("data: one\n\n");
      answer->put_event("data: two\n\n");
      answer->end_events();
    } else {
      answer->send(
          {.body = request.method + " " + request.path + " " + request.body});
    }
  }

  std::unique_ptr<HttpServer> server_;
  std::atomic<bool> stops_ = false;
  std::mutex mutex_;
  std::shared_ptr<Answer> later_;
  std::thread thread_;
};

constexpr const char* kLater = "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST_F(HttpServerTest, OneConnectionCarriesManyRequests) {
  RawClient client(start());
  client.send(kGet);
  EXPECT_THAT(client.receive_reply(), EndsWith("\r\n\r\nGET /a "));
  client.send(post("hello"));
  EXPECT_THAT(client.receive_reply(), EndsWith("\r\n\r\nPOST /echo hello"));
}

TEST_F(HttpServerTest, RequestsSentAtOnceAreAnsweredInOrder) {
  RawClient client(start());
  client.send(post("one") + post("two") + kGet);
  EXPECT_THAT(client.receive_reply(), EndsWith("/echo one"));
  EXPECT_THAT(client.receive_reply(), EndsWith("/echo two"));
  EXPECT_THAT(client.receive_reply(), EndsWith("GET /a "));
}

TEST_F(HttpServerTest, RequestsMayComeByteByByte) {
  RawClient client(start());
  for (const char byte : post("slowly")) client.send({&byte, 1});
  EXPECT_THAT(client.receive_reply(), EndsWith("/echo slowly"));
}

TEST_F(HttpServerTest, EventsComeInChunksAndTheConnectionGoesOn) {
  RawClient client(start());
  client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string reply = client.receive_until("0\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(
      reply, EndsWith("b\r\ndata: one\n\n\r\nb\r\ndata: two\n\n\r\n0\r\n\r\n"));
  client.send(kGet);
  EXPECT_THAT(client.receive_reply(), EndsWith("GET /a "));
}

TEST_F(HttpServerTest, AClientOfHttp10ReadsToTheEnd) {
  const uint16_t port = start();
  RawClient one(port);
  one.send("GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(one.receive_all(),
              EndsWith("\r\n\r\ndata: one\n\ndata: two\n\n"));
  RawClient two(port);
  two.send("GET /a HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(two.receive_all(), HasSubstr("Connection: close"));
}

TEST_F(HttpServerTest, AClientMayAskBeforeItSendsABody) {
  RawClient client(start());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_THAT(client.receive_reply(), EndsWith("/echo hello"));
}

TEST_F(HttpServerTest, WhatIsTooLargeIsRefusedAndTheServerGoesOn) {
  const uint16_t port = start({.header_bytes = 1024, .body_bytes = 1000});
  RawClient header(port);
  header.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " +
              std::string(5000, 'x'));
  EXPECT_THAT(header.receive_all(), StartsWith("HTTP/1.1 431 "));
  RawClient body(port);
  body.send(post(std::string(100000, 'x')));
  EXPECT_THAT(body.receive_all(), StartsWith("HTTP/1.1 413 "));
  RawClient chunks(port);
  chunks.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "7d0\r\n" +
      std::string(2000, 'x'));
  EXPECT_THAT(chunks.receive_all(), StartsWith("HTTP/1.1 413 "));
  RawClient good(port);
  good.send(post(std::string(1000, 'x')));
  EXPECT_THAT(good.receive_reply(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, WhatIsNoRequestIsRefused) {
  const uint16_t port = start();
  const std::string two_lengths = std::string("POST / HTTP/1.1\r\nHost: a") +
                                  "\r\nContent-Length: 1" +
                                  "\r\nContent-Length: 2\r\n\r\nab";
  for (const char* bytes :
       {"hello\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        two_lengths.c_str(), "\x16\x03\x01\x02"}) {
    RawClient client(port);
    client.send(bytes);
    client.end_sending();
    const std::string reply = client.receive_all();
    EXPECT_THAT(reply, AnyOf(IsEmpty(), StartsWith("HTTP/1.1 400 "))) << bytes;
  }
  RawClient head(port);
  head.send("HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string reply = head.receive_all();
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, ARequestThatNeverEndsIsGivenUp) {
  const uint16_t port = start({.request = std::chrono::seconds(1)});
  RawClient client(port);
  client.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n");
  EXPECT_THAT(client.receive_all(), IsEmpty());
  RawClient silent(port);
  EXPECT_THAT(silent.receive_all(), IsEmpty());
}

TEST_F(HttpServerTest, TooManyConnectionsAreToldSo) {
  const uint16_t port = start({.connections = 2});
  RawClient one(port);
  one.send(kGet);
  one.receive_reply();
  auto two = std::make_unique<RawClient>(port);
  two->send(kGet);
  two->receive_reply();
  for (int i = 0; i < 200; ++i) {
    RawClient third(port);
    const std::string reply = third.receive_all();
    EXPECT_THAT(reply, AnyOf(IsEmpty(), StartsWith("HTTP/1.1 503 ")));
  }
  one.send(kGet);
  EXPECT_THAT(one.receive_reply(), StartsWith("HTTP/1.1 200 "));
  two.reset();
  std::string reply;
  while (!reply.starts_with("HTTP/1.1 200 ")) {
    RawClient next(port);
    next.send(kGet);
    reply = next.receive_reply();
  }
}

TEST_F(HttpServerTest, AnAnswerIsAbandonedWhenItsClientGoes) {
  const uint16_t port = start();
  auto client = std::make_unique<RawClient>(port);
  client->send(kLater);
  const auto answer = later();
  EXPECT_FALSE(answer->is_abandoned());
  client.reset();
  while (!answer->is_abandoned()) std::this_thread::yield();
  answer->send({.body = "nobody reads this"});
}

TEST_F(HttpServerTest, AReaderThatDoesNotReadIsGivenUp) {
  const uint16_t port = start({.unread_bytes = 100000});
  RawClient client(port);
  client.send(kLater);
  const auto answer = later();
  answer->begin_events();
  const std::string event = "data: " + std::string(10000, 'x') + "\n\n";
  while (!answer->is_abandoned()) answer->put_event(event);
}

TEST_F(HttpServerTest, AnAnswerThatIsDroppedEndsTheConnection) {
  RawClient client(start());
  client.send(kLater);
  later().reset();
  EXPECT_THAT(client.receive_all(), IsEmpty());
}

TEST_F(HttpServerTest, AnswersUnderWayAreFinishedBeforeTheEnd) {
  const uint16_t port = start();
  RawClient idle(port);
  idle.send(kGet);
  idle.receive_reply();
  RawClient client(port);
  client.send(kLater);
  const auto answer = later();
  ask_to_stop();
  EXPECT_THAT(idle.receive_all(), IsEmpty());
  answer->send({.body = "at last"});
  EXPECT_THAT(client.receive_all(), EndsWith("\r\n\r\nat last"));
  stop();
  EXPECT_THROW(RawClient{port}, std::runtime_error);
}

}  // namespace
}  // namespace pi_ring
