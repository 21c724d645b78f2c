// Boost.Beast: the one file that knows it.
#include "userspace/serve/http_server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdio>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "userspace/serve/api_error.h"

namespace pi_ring {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using net::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kBetweenLooks{50};
constexpr milliseconds kAfterNoFile{100};
// How long, and how much, is read of a client that still sends while it is told
// that its request is refused: closing at once could lose what it is told.
constexpr seconds kLinger{2};
constexpr size_t kMostLingered = 16 * 1024 * 1024;
// Clients that are being told that there are too many.
constexpr size_t kMostTurnedAway = 64;

std::string text_of(boost::beast::string_view view) {
  return {view.data(), view.size()};
}

// The first line and the fields, with the empty line after them.
std::string head_of(const HttpReply& reply, bool keeps_alive) {
  std::string head =
      "HTTP/1.1 " + std::to_string(reply.status) + " " +
      text_of(http::obsolete_reason(
          http::int_to_status(static_cast<unsigned>(reply.status)))) +
      "\r\nContent-Type: " + reply.content_type +
      "\r\nConnection: " + (keeps_alive ? "keep-alive" : "close") +
      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff"
      "\r\nContent-Security-Policy: default-src 'none'\r\n";
  for (const auto& [name, value] : reply.fields) {
    head += name + ": " + value + "\r\n";
  }
  return head + "\r\n";
}

std::string bytes_of(HttpReply reply, bool keeps_alive) {
  reply.fields.emplace_back("Content-Length",
                            std::to_string(reply.body.size()));
  return head_of(reply, keeps_alive) + reply.body;
}

std::string chunk_of(const std::string& data) {
  std::array<char, 24> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
  return size.data() + data + "\r\n";
}

HttpRequest request_of(const http::request<http::string_body>& message) {
  HttpRequest request;
  request.method = text_of(message.method_string());
  request.path = text_of(message.target());
  request.path.resize(std::min(request.path.size(), request.path.find('?')));
  request.host = text_of(message[http::field::host]);
  request.authorization = text_of(message[http::field::authorization]);
  request.content_type = text_of(message[http::field::content_type]);
  request.body = message.body();
  // Two names could be checked as one and used as the other.
  if (message.count(http::field::host) != 1) request.host.clear();
  return request;
}

HttpReply too_many_reply() {
  HttpReply reply =
      ApiError(503, "server_error", "there are too many connections", {},
               "too_many_connections")
          .reply();
  reply.fields.emplace_back("Retry-After", "2");
  return reply;
}

HttpReply head_reply() {
  return {.status = 405, .fields = {{"Allow", "GET, POST"}}};
}

// Nothing where the connection is not worth a reply.
std::optional<HttpReply> reply_to(error_code error) {
  const auto refusal = [](int status, const std::string& message) {
    return ApiError(status, "invalid_request_error", message, {},
                    "bad_http_request")
        .reply();
  };
  if (error == http::error::header_limit ||
      error == http::error::buffer_overflow) {
    return refusal(431, "the request's header is too large");
  }
  if (error == http::error::body_limit) {
    return refusal(413, "the request's body is too large");
  }
  const bool is_the_parsers =
      error.category() == make_error_code(http::error::bad_method).category();
  if (!is_the_parsers || error == http::error::end_of_stream ||
      error == http::error::partial_message) {
    return std::nullopt;
  }
  return refusal(400, "this is no HTTP request: " + error.message());
}

class Session;

// What sessions need of their listener.
class Sessions {
 public:
  virtual ~Sessions() = default;
  virtual void forget(Session& session) = 0;
  virtual bool is_stopping() const = 0;
  virtual const HttpLimits& limits() const = 0;
  virtual const HttpServer::Handler& handler() const = 0;
};

// One connection, request after request. All of it runs on one thread, except
// what its answers post to it.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Sessions& sessions)
      : stream_(std::move(socket)),
        sessions_(sessions),
        buffer_(sessions.limits().header_bytes + kReadAhead) {}

  void read_next();
  // Sends this whatever the client asks, and ends.
  void turn_away(const HttpReply& reply);
  // Ends it where nothing is under way.
  void close_if_idle() {
    if (!is_answering_) close();
  }

  // For the answer of the request numbered `request`; any thread.
  void post_bytes(uint64_t request, std::string bytes, bool is_last,
                  bool keeps_alive);
  bool is_abandoned(uint64_t request) const {
    return is_gone_ || request != request_;
  }
  void close();

 private:
  static constexpr size_t kReadAhead = 64 * 1024;

  void on_header(error_code error);
  void read_body();
  void on_request(error_code error);
  void send_continue();
  void watch_for_end();
  void write_next();
  void on_written(error_code error);
  void linger();
  void read_and_drop();
  bool keeps_alive() const;

  boost::beast::tcp_stream stream_;
  Sessions& sessions_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::deque<std::string> outbox_;
  size_t outbox_bytes_ = 0;
  bool is_writing_ = false;
  bool is_complete_ = false;  // the last of the answer is in the outbox
  bool keeps_alive_ = false;
  bool is_answering_ = false;
  bool is_closed_ = false;
  size_t lingered_ = 0;
  std::array<char, 16 * 1024> dropped_{};
  std::atomic<uint64_t> request_ = 0;
  std::atomic<bool> is_gone_ = false;
};

// Turns an answer into the bytes of HTTP/1.1.
class SessionAnswer : public Answer {
 public:
  SessionAnswer(std::shared_ptr<Session> session, uint64_t request,
                bool keeps_alive, bool is_http_1_0)
      : session_(std::move(session)),
        request_(request),
        keeps_alive_(keeps_alive && !is_http_1_0),
        is_chunked_(!is_http_1_0) {}

  ~SessionAnswer() override {
    if (!is_complete_) session_->post_bytes(request_, "", true, false);
  }

  void send(HttpReply reply) override {
    put(bytes_of(std::move(reply), keeps_alive_), true);
  }

  void begin_events() override {
    HttpReply reply{.content_type = "text/event-stream"};
    // Without chunks, the end of the connection ends the stream.
    if (is_chunked_) reply.fields.emplace_back("Transfer-Encoding", "chunked");
    put(head_of(reply, keeps_alive_), false);
  }
  void put_event(std::string event) override {
    put(is_chunked_ ? chunk_of(event) : std::move(event), false);
  }
  void end_events() override { put(is_chunked_ ? chunk_of("") : "", true); }

  bool is_abandoned() const override {
    return session_->is_abandoned(request_);
  }

 private:
  void put(std::string bytes, bool is_last) {
    is_complete_ = is_last;
    session_->post_bytes(request_, std::move(bytes), is_last, keeps_alive_);
  }

  std::shared_ptr<Session> session_;
  uint64_t request_;
  bool keeps_alive_;
  bool is_chunked_;
  bool is_complete_ = false;
};

void Session::read_next() {
  if (sessions_.is_stopping()) return close();
  ++request_;
  is_answering_ = false;
  is_complete_ = false;
  parser_.emplace();
  parser_->header_limit(sessions_.limits().header_bytes);
  parser_->body_limit(sessions_.limits().body_bytes);
  // A request that has begun to come has less time than the next one.
  stream_.expires_after(request_ == 1 || buffer_.size() > 0
                            ? sessions_.limits().request
                            : sessions_.limits().idle);
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](error_code error, size_t) {
        self->on_header(error);
      });
}

void Session::on_header(error_code error) {
  if (error) return on_request(error);
  const auto expects = parser_->get()[http::field::expect];
  if (boost::beast::iequals(expects, "100-continue")) return send_continue();
  read_body();
}

void Session::send_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  net::async_write(stream_, net::buffer(kContinue.data(), kContinue.size()),
                   [self = shared_from_this()](error_code error, size_t) {
                     error ? self->close() : self->read_body();
                   });
}

void Session::read_body() {
  stream_.expires_after(sessions_.limits().request);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](error_code error, size_t) {
                     self->on_request(error);
                   });
}

void Session::on_request(error_code error) {
  if (error) {
    const std::optional<HttpReply> reply = reply_to(error);
    return reply ? turn_away(*reply) : close();
  }
  stream_.expires_never();
  is_answering_ = true;
  const auto& message = parser_->get();
  // A reply to HEAD has no body, and nothing here answers it.
  if (message.method() == http::verb::head) return turn_away(head_reply());
  const auto answer = std::make_shared<SessionAnswer>(
      shared_from_this(), request_, message.keep_alive(),
      message.version() < 11);
  const HttpRequest request = request_of(message);
  watch_for_end();
  sessions_.handler()(request, answer);
}

void Session::turn_away(const HttpReply& reply) {
  is_answering_ = true;
  outbox_.push_back(bytes_of(reply, false));
  is_complete_ = true;
  keeps_alive_ = false;
  write_next();
}

// A client that ends its connection while it waits does not want the answer.
void Session::watch_for_end() {
  stream_.socket().async_wait(
      tcp::socket::wait_read,
      [self = shared_from_this(), request = request_.load()](error_code error) {
        if (error || self->is_closed_ || request != self->request_) return;
        char next = 0;
        error_code result;
        self->stream_.socket().non_blocking(true, result);
        const size_t size = self->stream_.socket().receive(
            net::buffer(&next, 1), tcp::socket::message_peek, result);
        // More than nothing is the client's next request.
        if (size == 0 && result != net::error::would_block) self->close();
      });
}

void Session::post_bytes(uint64_t request, std::string bytes, bool is_last,
                         bool keeps_alive) {
  net::post(stream_.get_executor(),
            [self = shared_from_this(), request, bytes = std::move(bytes),
             is_last, keeps_alive]() mutable {
              if (self->is_abandoned(request)) return;
              self->outbox_bytes_ += bytes.size();
              self->is_complete_ = is_last;
              self->keeps_alive_ = keeps_alive;
              self->outbox_.push_back(std::move(bytes));
              if (self->outbox_bytes_ > self->sessions_.limits().unread_bytes) {
                return self->close();
              }
              if (!self->is_writing_) self->write_next();
            });
}

void Session::write_next() {
  is_writing_ = true;
  stream_.expires_after(sessions_.limits().write);
  net::async_write(stream_, net::buffer(outbox_.front()),
                   [self = shared_from_this()](error_code error, size_t) {
                     self->on_written(error);
                   });
}

void Session::on_written(error_code error) {
  is_writing_ = false;
  if (error || is_closed_) return close();
  outbox_bytes_ -= std::min(outbox_bytes_, outbox_.front().size());
  outbox_.pop_front();
  if (!outbox_.empty()) return write_next();
  stream_.expires_never();
  if (!is_complete_) return;
  keeps_alive_ ? read_next() : linger();
}

// Tells the client that nothing more comes, and waits for it to have read.
void Session::linger() {
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLinger);
  read_and_drop();
}

void Session::read_and_drop() {
  stream_.async_read_some(
      net::buffer(dropped_),
      [self = shared_from_this()](error_code error, size_t size) {
        self->lingered_ += size;
        if (error || self->lingered_ > kMostLingered) return self->close();
        self->read_and_drop();
      });
}

void Session::close() {
  if (is_closed_) return;
  is_closed_ = true;
  is_gone_ = true;
  stream_.close();
  sessions_.forget(*this);
}

}  // namespace

class HttpServer::Listener : public Sessions {
 public:
  Listener(const std::string& address, uint16_t port, const HttpLimits& limits,
           Handler handler)
      : limits_(limits),
        handler_(std::move(handler)),
        acceptor_(context_),
        wait_(context_),
        look_(context_) {
    const tcp::endpoint place(
        net::ip::make_address(address == "localhost" ? "127.0.0.1" : address),
        port);
    acceptor_.open(place.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(place);
    acceptor_.listen();
  }
  // Sessions that are left hold handlers in the context, which goes with this.
  ~Listener() override { close_all(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void run(const std::function<bool()>& should_stop, milliseconds grace) {
    should_stop_ = &should_stop;
    grace_ = grace;
    accept_next();
    look_later();
    context_.run();
  }

  void forget(Session& session) override {
    sessions_.erase(&session);
    turned_away_.erase(&session);
  }
  bool is_stopping() const override { return is_stopping_; }
  const HttpLimits& limits() const override { return limits_; }
  const Handler& handler() const override { return handler_; }

 private:
  void accept_next() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (is_stopping_) return;
      if (!error) {
        take(std::move(socket));
        return accept_next();
      }
      // No file is left for the connection: others will be closed.
      wait_.expires_after(kAfterNoFile);
      wait_.async_wait([this](error_code) {
        if (!is_stopping_) accept_next();
      });
    });
  }

  void take(tcp::socket socket) {
    if (sessions_.size() < limits_.connections) {
      const auto session = std::make_shared<Session>(std::move(socket), *this);
      sessions_.insert(session.get());
      session->read_next();
    } else if (turned_away_.size() < kMostTurnedAway) {
      const auto session = std::make_shared<Session>(std::move(socket), *this);
      turned_away_.insert(session.get());
      session->turn_away(too_many_reply());
    }
  }

  void look_later() {
    look_.expires_after(kBetweenLooks);
    look_.async_wait([this](error_code) { look(); });
  }

  void look() {
    if (!is_stopping_ && (*should_stop_)()) begin_to_stop();
    if (is_stopping_ && (sessions_.empty() || has_waited_enough())) {
      return context_.stop();
    }
    look_later();
  }

  bool has_waited_enough() const {
    return std::chrono::steady_clock::now() - stopping_since_ > grace_;
  }

  void begin_to_stop() {
    is_stopping_ = true;
    stopping_since_ = std::chrono::steady_clock::now();
    error_code ignored;
    acceptor_.close(ignored);
    for (Session* session : std::set(sessions_)) session->close_if_idle();
  }

  void close_all() {
    for (Session* session : std::set(sessions_)) session->close();
    for (Session* session : std::set(turned_away_)) session->close();
  }

  HttpLimits limits_;
  Handler handler_;
  net::io_context context_{1};
  tcp::acceptor acceptor_;
  net::steady_timer wait_;
  net::steady_timer look_;
  const std::function<bool()>* should_stop_ = nullptr;
  milliseconds grace_{};
  bool is_stopping_ = false;
  std::chrono::steady_clock::time_point stopping_since_;
  std::set<Session*> sessions_;
  std::set<Session*> turned_away_;
};

HttpServer::HttpServer(const std::string& address, uint16_t port,
                       const HttpLimits& limits, Handler handler)
    : listener_(std::make_unique<Listener>(address, port, limits,
                                           std::move(handler))) {}

HttpServer::~HttpServer() = default;

uint16_t HttpServer::port() const { return listener_->port(); }

void HttpServer::run(const std::function<bool()>& should_stop,
                     milliseconds grace) {
  listener_->run(should_stop, grace);
}

}  // namespace pi_ring
