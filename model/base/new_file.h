// A file that appears whole or not at all: it has no name until commit().
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "model/base/open_file.h"

namespace pi_ring {

enum class NewFileKind {
  kUnnamed,    // O_TMPFILE: even kill -9 leaves nothing behind
  kTemporary,  // a name beside the last one, for file systems without O_TMPFILE
};

// All errors are std::system_error and name `path`; after one, or without a
// commit(), nothing of the file is left and an older one of that name stands.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path,
                   NewFileKind preferred = NewFileKind::kUnnamed);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  // On the disk and under its name, replacing what had that name.
  void commit();

 private:
  std::filesystem::path folder() const;
  bool open_unnamed();
  void open_temporary();
  bool link_as(const std::filesystem::path& name);
  void give_name();

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty where there is no such name
  OpenFile file_;
};

// Brings the names in a folder to the disk. Some file systems cannot; the files
// themselves are safe there all the same.
void sync_folder(const std::filesystem::path& folder);

class NewFolder {
 public:
  // Creates the folder and its missing parents; one that is there already is
  // used and never removed. Throws std::system_error.
  explicit NewFolder(const std::filesystem::path& path);
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  void commit() { outermost_.clear(); }

 private:
  void create(const std::filesystem::path& path);
  void remove_created() noexcept;

  std::filesystem::path outermost_;  // of those created; empty if none
};

}  // namespace pi_ring
