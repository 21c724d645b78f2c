// Writes until all is written.
#include "userspace/commands/text_output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <iostream>
#include <system_error>

#include "model/base/interruption.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

constexpr size_t kLongestLine = 10'000;  // bytes: more than two paths

}  // namespace

void write_output(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EAGAIN) {
      // Another program has made the shared descriptor non-blocking.
      pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
      poll(&ready, 1, /*timeout=*/-1);
    } else if (written < 0 && errno == EPIPE) {
      throw Interrupted{SIGPIPE};
    } else if (written < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(),
                              "standard output");
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<size_t>(written));
  }
}

void tell_user(std::string_view text) {
  std::cerr << "pi-ring: " + on_one_line(text, kLongestLine) + "\n";
}

}  // namespace pi_ring
