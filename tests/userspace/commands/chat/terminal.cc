// Starts the program as the leader of a session on a pseudo-terminal.
#include "tests/userspace/commands/chat/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace pi_ring {
namespace {

// Longer than a loaded machine takes; nothing waits for it to pass.
constexpr int kPatience = 120'000;  // ms

[[noreturn]] void become(const std::vector<std::string>& call,
                         const std::filesystem::path& out) {
  std::vector<char*> arguments;
  arguments.reserve(call.size() + 1);
  for (const std::string& each : call) {
    arguments.push_back(const_cast<char*>(each.c_str()));
  }
  arguments.push_back(nullptr);
  const int file = open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file < 0 || dup2(file, STDOUT_FILENO) < 0) _exit(126);
  setenv("TERM", "dumb", 1);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

Terminal::Terminal(const std::vector<std::string>& call,
                   const std::filesystem::path& out) {
  pid_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
  if (pid_ < 0) throw std::runtime_error("cannot open a terminal");
  if (pid_ == 0) become(call, out);
}

Terminal::~Terminal() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(terminal_);
}

void Terminal::type(const std::string& keys) const {
  if (write(terminal_, keys.data(), keys.size()) !=
      static_cast<ssize_t>(keys.size())) {
    throw std::runtime_error("cannot type");
  }
}

// False where the program has closed the terminal, or shows nothing.
bool Terminal::read_more() {
  pollfd ready = {.fd = terminal_, .events = POLLIN, .revents = 0};
  if (poll(&ready, 1, kPatience) <= 0) return false;
  std::array<char, 4096> part{};
  const ssize_t got = read(terminal_, part.data(), part.size());
  if (got <= 0) return false;
  screen_.append(part.data(), static_cast<size_t>(got));
  return true;
}

bool Terminal::shows(const std::string& text) {
  size_t at = screen_.find(text, seen_);
  while (at == std::string::npos && read_more()) {
    at = screen_.find(text, seen_);
  }
  if (at == std::string::npos) return false;
  seen_ = at + text.size();
  return true;
}

int Terminal::status() {
  while (read_more()) {
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace pi_ring
