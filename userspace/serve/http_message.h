// A request and a reply as the handlers see them: they know no socket.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pi_ring {

struct HttpRequest {
  std::string method = {};
  std::string path = {};  // without the query
  std::string host = {};
  std::string authorization = {};
  std::string content_type = {};
  std::string body = {};
};

struct HttpReply {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  // Further fields, such as Retry-After.
  std::vector<std::pair<std::string, std::string>> fields = {};
};

}  // namespace pi_ring
