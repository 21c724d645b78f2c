// A client of the server that sends and receives any bytes.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace pi_ring {

class RawClient {
 public:
  explicit RawClient(uint16_t port)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&place), sizeof place) !=
        0) {
      throw std::runtime_error("cannot connect");
    }
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  // Returns whether all of it was taken.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent =
          ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  void end_sending() const { ::shutdown(socket_, SHUT_WR); }

  // What comes up to and with `text`, or up to the end of the connection.
  std::string receive_until(std::string_view text) {
    size_t at = std::string::npos;
    while ((at = received_.find(text)) == std::string::npos && receive_more()) {
    }
    const size_t size =
        at == std::string::npos ? received_.size() : at + text.size();
    std::string part = received_.substr(0, size);
    received_.erase(0, size);
    return part;
  }
  // What comes up to the end of the connection.
  std::string receive_all() {
    while (receive_more()) {
    }
    return std::exchange(received_, {});
  }

  // One reply with a Content-Length.
  std::string receive_reply() {
    std::string reply = receive_until("\r\n\r\n");
    constexpr std::string_view kLength = "Content-Length: ";
    const size_t at = reply.find(kLength);
    if (at == std::string::npos) return reply;
    const size_t length = std::stoul(reply.substr(at + kLength.size()));
    while (received_.size() < length && receive_more()) {
    }
    reply += received_.substr(0, length);
    received_.erase(0, length);
    return reply;
  }

 private:
  bool receive_more() {
    std::array<char, 4096> bytes{};
    const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    received_.append(bytes.data(), static_cast<size_t>(size));
    return true;
  }

  int socket_;
  std::string received_;
};

}  // namespace pi_ring
