// Uses a record lock of POSIX, as flock() would also lock for every child.
#include "userspace/commands/train/run_lock.h"

#include <fcntl.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "model/base/system_error.h"

namespace pi_ring {
namespace {

constexpr const char* kLockFile = "run.lock";
constexpr int kOwnerMayWrite = 0644;

struct flock whole_file() {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

// Returns false where another process has the lock.
bool try_lock(const OpenFile& file, const std::filesystem::path& path) {
  struct flock lock = whole_file();
  if (fcntl(file.get(), F_SETLK, &lock) == 0) return true;
  if (errno != EAGAIN && errno != EACCES) throw_system_error(path);
  return false;
}

// Returns nothing where the lock has been released in the meantime.
std::optional<pid_t> find_owner(const OpenFile& file,
                                const std::filesystem::path& path) {
  struct flock lock = whole_file();
  if (fcntl(file.get(), F_GETLK, &lock) != 0) throw_system_error(path);
  if (lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_pid;
}

// The kernel has no process id for an owner in another container or on another
// machine.
std::string describe(pid_t owner) {
  return owner > 0 ? "process " + std::to_string(owner) : "another process";
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& folder) : file_(-1) {
  const std::filesystem::path path = folder / kLockFile;
  file_ = OpenFile(
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerMayWrite));
  if (!file_) throw_system_error(path);
  while (!try_lock(file_, path)) {
    if (const auto owner = find_owner(file_, path)) {
      throw std::runtime_error(folder.string() + " is in use by " +
                               describe(*owner));
    }
  }
}

}  // namespace pi_ring
