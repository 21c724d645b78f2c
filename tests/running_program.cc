// Starts programs by fork and exec, with files for their outputs.
#include "tests/running_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/file_text.h"

namespace pi_ring {
namespace {

constexpr int kToAppend = O_WRONLY | O_CREAT | O_APPEND;

void redirect(const std::filesystem::path& path, int flags, int to) {
  const int file = open(path.c_str(), flags, 0600);
  if (file < 0 || dup2(file, to) < 0) {
    _exit(126);
  }
  close(file);
}

[[noreturn]] void become(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

// The set of signals that are pending for the whole process.
uint64_t pending_signals(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  uint64_t set = 0;
  for (std::string word; status >> word;) {
    if (word == "ShdPnd:") status >> std::hex >> set;
  }
  return set;
}

}  // namespace

RunningProgram::RunningProgram(const std::vector<std::string>& arguments,
                               const std::filesystem::path& out)
    : out_(out.empty() ? folder_.path() / "out" : out) {
  pid_ = fork();
  if (pid_ < 0) {
    throw std::runtime_error("cannot fork");
  }
  if (pid_ == 0) {
    // Its user has no more to say to it than the call.
    redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    redirect(out_, kToAppend, STDOUT_FILENO);
    redirect(folder_.path() / "err", kToAppend, STDERR_FILENO);
    become(arguments);
  }
}

RunningProgram::~RunningProgram() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

std::vector<pid_t> RunningProgram::children() const {
  const std::string pid = std::to_string(pid_);
  std::ifstream file("/proc/" + pid + "/task/" + pid + "/children");
  return {std::istream_iterator<pid_t>(file), {}};
}

void RunningProgram::wait_for_error(size_t bytes) const {
  wait_for(folder_.path() / "err", bytes);
}

void RunningProgram::wait_for_error_text(const std::string& text) const {
  const std::filesystem::path err = folder_.path() / "err";
  wait_until([&] {
    return std::filesystem::exists(err) &&
           file_text(err).find(text) != std::string::npos;
  });
}

void RunningProgram::wait_for(const std::filesystem::path& file,
                              size_t bytes) const {
  wait_until([&] {
    std::error_code error;
    const uintmax_t size = std::filesystem::file_size(file, error);
    return !error && size >= bytes;
  });
}

void RunningProgram::wait_until_received(int number) const {
  wait_until([&] { return (pending_signals(pid_) >> (number - 1) & 1U) == 0; });
}

void RunningProgram::wait_until(const std::function<bool()>& happened) const {
  while (!happened()) {
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid != 0) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::string RunningProgram::error_so_far() const {
  return file_text(folder_.path() / "err");
}

void RunningProgram::signal(int number) const { kill(pid_, number); }

Ending RunningProgram::wait() {
  int status = 0;
  rusage used{};
  wait4(pid_, &status, 0, &used);
  pid_ = -1;
  Ending ending;
  ending.peak_bytes = static_cast<uint64_t>(used.ru_maxrss) * 1024;
  ending.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ending.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (std::filesystem::is_regular_file(out_)) {
    ending.out = file_text(out_);
  }
  ending.err = file_text(folder_.path() / "err");
  return ending;
}

bool are_gone_soon(const std::vector<pid_t>& pids) {
  const auto is_gone = [](pid_t pid) {
    return kill(pid, 0) != 0 && errno == ESRCH;
  };
  for (int i = 0; i < 500; ++i) {
    if (std::ranges::all_of(pids, is_gone)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

Ending run_program(const std::vector<std::string>& arguments) {
  return RunningProgram(arguments).wait();
}

}  // namespace pi_ring
