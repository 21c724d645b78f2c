// {"error": {"message", "type", "param", "code"}}
#include "userspace/serve/api_error.h"

#include <nlohmann/json.hpp>

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

constexpr const char* kRetrySeconds = "2";

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

}  // namespace

std::string ApiError::body() const {
  const ordered_json error = {{"error",
                               {{"message", what()},
                                {"type", type_},
                                {"param", text_or_null(param_)},
                                {"code", text_or_null(code_)}}}};
  // A message may quote what is not UTF-8.
  return error.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

HttpReply ApiError::reply() const {
  return {.status = status_, .body = body()};
}

HttpReply queue_full_reply() {
  HttpReply reply =
      ApiError(429, "rate_limit_error",
               "too many requests are waiting; try again in a little while", {},
               "queue_full")
          .reply();
  reply.fields.emplace_back("Retry-After", kRetrySeconds);
  return reply;
}

}  // namespace pi_ring
