// A whole file, mapped for reading. If another program truncates the file while
// it is mapped, the reader ends with a line that names it (lost_file.h);
// NewFile never does that, as it replaces files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "model/base/open_file.h"

namespace pi_ring {

class MappedFile {
 public:
  // Throws BadInput if the file cannot be opened or is not a regular file.
  explicit MappedFile(const std::filesystem::path& path);
  // Maps an open file. `path` is what errors call it.
  MappedFile(std::filesystem::path path, const OpenFile& file);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  size_t size() const { return bytes_.size(); }
  // They are valid as long as the MappedFile.
  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

  // Takes the pages that lie wholly inside `part` out of this process's
  // memory; reading them again brings them back.
  void give_back(std::span<const std::byte> part) const;

 private:
  std::filesystem::path path_;
  std::span<std::byte> bytes_;
};

}  // namespace pi_ring
