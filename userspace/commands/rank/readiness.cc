// Sends a datagram to the socket that the manager names.
#include "userspace/commands/rank/readiness.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace pi_ring {

void notify_manager(const std::string& state) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const size_t length = std::strlen(name);
  if (length == 0 || length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, name, length);
  // An abstract socket's name begins with a zero byte, which is written "@".
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  // If it is lost, the manager's own timeout handles it.
  [[maybe_unused]] const ssize_t sent =
      sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address),
             static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
  close(descriptor);
}

}  // namespace pi_ring
