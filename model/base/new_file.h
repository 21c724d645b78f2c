// Files and folders that appear whole or not at all: a new file has no name
// until commit(), and a new folder that is not committed is removed again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "model/base/open_file.h"

namespace pi_ring {

enum class NewFileKind {
  kUnnamed,    // O_TMPFILE: even kill -9 leaves nothing behind
  kTemporary,  // another name in its folder, for systems without O_TMPFILE
};

// All errors are std::system_error and name `path`. After an error, or without
// a commit(), nothing of the file is left, and an older file of that name
// stays.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path,
                   NewFileKind preferred = NewFileKind::kUnnamed);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  // Brings the file to the disk and gives it its name, which it takes from an
  // older file.
  void commit();

  // Opens for reading what was written so far. A file that is used only this
  // way never gets its name.
  OpenFile open_for_reading() const;

 private:
  std::filesystem::path folder() const;
  bool open_unnamed();
  void open_temporary();
  bool link_as(const std::filesystem::path& name);
  void give_name();

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty if the file has no temporary name
  OpenFile file_;
};

// Returns the folder for temporary files: TMPDIR, or /tmp. Throws
// std::system_error where there is none.
std::filesystem::path folder_for_temporary_files();

// Removes the files in a folder that have a temporary name of NewFile, because
// their writers were killed. No NewFile may be at work there. What cannot be
// removed stays.
void remove_unfinished_files(const std::filesystem::path& folder);

// Brings the names in a folder to the disk. Some file systems cannot do that;
// the content of the files is safe there all the same.
void sync_folder(const std::filesystem::path& folder);

// A folder that is removed again, with all that was put there and the parents
// that it created, unless commit() says that the work is done.
class NewFolder {
 public:
  // Creates the folder and its missing parents. A folder that exists already is
  // used, and never removed. Throws std::system_error.
  explicit NewFolder(const std::filesystem::path& path);
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  void commit() { outermost_.clear(); }

 private:
  void create(const std::filesystem::path& path);
  void remove_created() noexcept;

  std::filesystem::path outermost_;  // of the created folders; empty if none
};

}  // namespace pi_ring
