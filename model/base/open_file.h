// Owns one file descriptor and closes it; opens files to read.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <utility>

namespace pi_ring {

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(OpenFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

// Opens without blocking, so that a named pipe is refused and not waited for.
// Throws BadInput.
OpenFile open_to_read(const std::filesystem::path& path);

// Throws BadInput if the file at this path is not a regular one.
size_t size_of_regular(const std::filesystem::path& path, const OpenFile& file);

}  // namespace pi_ring
