#include "model/base/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "model/base/bad_input.h"
#include "model/base/system_error.h"

namespace pi_ring {

OpenFile open_to_read(const std::filesystem::path& path) {
  OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) throw BadInput(path, text_of_errno(errno));
  return file;
}

size_t size_of_regular(const std::filesystem::path& path,
                       const OpenFile& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) {
    throw BadInput(path, text_of_errno(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    throw BadInput(path, "is not a regular file");
  }
  return static_cast<size_t>(status.st_size);
}

}  // namespace pi_ring
