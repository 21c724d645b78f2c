// Uses a process of its own: the memory of this one, and of the ranks, is full
// of the training, and the sample comes from the same loop as every other text.
#include "userspace/commands/train/sample_text.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace pi_ring {
namespace {

// Redirects standard output to standard error, and blocks no signal.
class SpawnSetup {
 public:
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  const posix_spawn_file_actions_t& actions() const { return actions_; }
  const posix_spawnattr_t& attributes() const { return attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

void write_sample(const std::filesystem::path& model) {
  std::array<std::string, 9> call = {"pi-ring",      "generate",      "--model",
                                     model.string(), "--temperature", "0.8",
                                     "-n",           "100",           ""};
  std::array<char*, call.size() + 1> arguments{};
  for (size_t i = 0; i < call.size(); ++i) arguments[i] = call[i].data();
  const SpawnSetup setup;
  pid_t child = 0;
  if (posix_spawn(&child, "/proc/self/exe", &setup.actions(),
                  &setup.attributes(), arguments.data(), environ) != 0) {
    return;
  }
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace pi_ring
