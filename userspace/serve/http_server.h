// HTTP/1.1 over TCP: connections, their limits, and the bytes of answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "userspace/serve/answer.h"
#include "userspace/serve/http_message.h"

namespace pi_ring {

struct HttpLimits {
  uint32_t header_bytes = 16 * 1024;
  uint64_t body_bytes = 1024 * 1024;
  // How much of an answer waits for a client to read it.
  size_t unread_bytes = 4 * 1024 * 1024;
  size_t connections = 256;
  std::chrono::seconds request{30};  // from its first byte to its last
  std::chrono::seconds idle{60};     // between two requests
  std::chrono::seconds write{60};    // without progress
};

class HttpServer {
 public:
  // Called by the thread of run(). The answer may come at any later time.
  using Handler = std::function<void(const HttpRequest& request,
                                     std::shared_ptr<Answer> answer)>;

  // Listens at once. `port` 0: any that is free. Throws std::system_error.
  HttpServer(const std::string& address, uint16_t port,
             const HttpLimits& limits, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;

  // Serves until `should_stop` says so, which is asked several times a second.
  // Then accepts nothing more, and returns when the answers under way are
  // complete, or after `grace`.
  void run(const std::function<bool()>& should_stop,
           std::chrono::milliseconds grace);

 private:
  class Listener;

  std::unique_ptr<Listener> listener_;
};

}  // namespace pi_ring
