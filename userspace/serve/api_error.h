// An error as clients of OpenAI's API expect it.
#pragma once

#include <stdexcept>
#include <string>

#include "userspace/serve/http_message.h"

namespace pi_ring {

class ApiError : public std::runtime_error {
 public:
  // The request itself is wrong: status 400. `param` is the field that is
  // wrong, if it is one.
  explicit ApiError(const std::string& message, std::string param = {},
                    std::string code = {})
      : ApiError(400, "invalid_request_error", message, std::move(param),
                 std::move(code)) {}
  ApiError(int status, std::string type, const std::string& message,
           std::string param = {}, std::string code = {})
      : std::runtime_error(message),
        status_(status),
        type_(std::move(type)),
        param_(std::move(param)),
        code_(std::move(code)) {}

  HttpReply reply() const;

  // The same as an event of a stream that has begun.
  std::string body() const;

 private:
  int status_;
  std::string type_;
  std::string param_;
  std::string code_;
};

// The queue is full: status 429 with Retry-After.
HttpReply queue_full_reply();

}  // namespace pi_ring
