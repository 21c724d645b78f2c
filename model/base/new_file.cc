// Writes files without a name, and names them when they are on the disk.
#include "model/base/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include "model/base/interruption.h"
#include "model/base/system_error.h"

namespace pi_ring {
namespace {

// The user's umask takes away from these.
constexpr mode_t kFileMode = 0666;
constexpr mode_t kFolderMode = 0777;

// A name in the same folder that no other process uses: it holds the process
// number and a count.
std::filesystem::path name_beside(const std::filesystem::path& path) {
  static std::atomic<unsigned> count = 0;
  const std::string number =
      std::to_string(::getpid()) + "-" + std::to_string(count++);
  std::filesystem::path name(".");
  name += path.filename();
  name += "." + number + ".new";
  return path.parent_path() / name;
}

// Whether name_beside() makes such names: ".NAME.NUMBER-NUMBER.new".
bool is_name_beside(std::string_view name) {
  constexpr std::string_view kEnd = ".new";
  constexpr std::string_view kDigits = "0123456789";
  if (!name.starts_with('.') || !name.ends_with(kEnd)) return false;
  name.remove_suffix(kEnd.size());
  const size_t dot = name.rfind('.');
  const std::string_view number = name.substr(dot + 1);
  const size_t dash = number.find('-');
  if (dot < 2 || dash == std::string_view::npos) return false;
  const std::string_view process = number.substr(0, dash);
  const std::string_view count = number.substr(dash + 1);
  return !process.empty() && !count.empty() &&
         process.find_first_not_of(kDigits) == std::string_view::npos &&
         count.find_first_not_of(kDigits) == std::string_view::npos;
}

// The descriptor's own link, from which an unnamed file gets its name.
std::string link_of(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

}  // namespace

NewFile::NewFile(std::filesystem::path path, NewFileKind preferred)
    : path_(std::move(path)), file_(-1) {
  if (preferred == NewFileKind::kUnnamed && open_unnamed()) return;
  open_temporary();
}

NewFile::~NewFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

std::filesystem::path NewFile::folder() const {
  return path_.has_parent_path() ? path_.parent_path() : ".";
}

// Returns false if the kernel or the file system has no unnamed files: old
// kernels give EISDIR or ENOENT, file systems EOPNOTSUPP. If the folder is
// missing, open_temporary() fails and says so.
bool NewFile::open_unnamed() {
  file_ = OpenFile(
      ::open(folder().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kFileMode));
  if (!file_) {
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT) return false;
    throw_system_error(path_);
  }
  // Without /proc the file could never get a name.
  return ::access(link_of(file_.get()).c_str(), F_OK) == 0;
}

void NewFile::open_temporary() {
  const std::filesystem::path name = name_beside(path_);
  file_ = OpenFile(
      ::open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kFileMode));
  if (!file_) throw_system_error(path_);
  temporary_ = name;
}

void NewFile::write(std::span<const std::byte> bytes) {
  // Short enough that an interruption is noticed soon.
  constexpr size_t kAtOnce = size_t{1} << 20;
  while (!bytes.empty()) {
    StopRequest::check();
    const ssize_t written =
        ::write(file_.get(), bytes.data(), std::min(bytes.size(), kAtOnce));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_system_error(path_);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

// Returns false if the name is taken.
bool NewFile::link_as(const std::filesystem::path& name) {
  const std::string from = link_of(file_.get());
  if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, name.c_str(),
               AT_SYMLINK_FOLLOW) == 0) {
    return true;
  }
  if (errno == EEXIST) return false;
  throw_system_error(path_);
}

// linkat cannot replace a name, but rename can. If the name is taken, the file
// gets a second name first, which exists only between the two calls.
void NewFile::give_name() {
  if (temporary_.empty()) {
    if (link_as(path_)) return;
    const std::filesystem::path name = name_beside(path_);
    if (!link_as(name)) throw_system_error(path_);
    temporary_ = name;
  }
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw_system_error(path_);
  }
  temporary_.clear();
}

void NewFile::commit() {
  if (::fsync(file_.get()) != 0) throw_system_error(path_);
  StopRequest::check();
  give_name();
  sync_folder(folder());  // the name is part of the folder
}

OpenFile NewFile::open_for_reading() const {
  const std::string from =
      temporary_.empty() ? link_of(file_.get()) : temporary_.string();
  OpenFile file(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw_system_error(path_);
  return file;
}

std::filesystem::path folder_for_temporary_files() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (!error) return folder;
  throw std::system_error(error, "the folder for temporary files (TMPDIR)");
}

void remove_unfinished_files(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::filesystem::directory_iterator entries(folder, ignored);
  for (; entries != std::filesystem::directory_iterator();
       entries.increment(ignored)) {
    const std::filesystem::path& path = entries->path();
    if (is_name_beside(path.filename().native()) &&
        entries->symlink_status(ignored).type() ==
            std::filesystem::file_type::regular) {
      ::unlink(path.c_str());
    }
  }
}

void sync_folder(const std::filesystem::path& folder) {
  const OpenFile parent(
      ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent) ::fsync(parent.get());
}

NewFolder::NewFolder(const std::filesystem::path& path) {
  try {
    // Absolute, so that a change of the working folder does no harm.
    create(std::filesystem::absolute(path).lexically_normal());
  } catch (...) {
    remove_created();  // no destructor runs if a constructor throws
    throw;
  }
}

NewFolder::~NewFolder() { remove_created(); }

void NewFolder::create(const std::filesystem::path& path) {
  if (path.empty() || std::filesystem::is_directory(path)) return;
  create(path.parent_path());
  // If the path ends in a slash, its parent is the folder itself.
  if (!path.has_filename()) return;
  if (::mkdir(path.c_str(), kFolderMode) != 0) throw_system_error(path);
  if (outermost_.empty()) outermost_ = path;
}

void NewFolder::remove_created() noexcept {
  if (outermost_.empty()) return;
  std::error_code ignored;  // an error may be on its way already
  std::filesystem::remove_all(outermost_, ignored);
}

}  // namespace pi_ring
