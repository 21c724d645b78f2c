// A mapped text to train on: checked to be text, and cut into documents.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "model/base/mapped_file.h"

namespace pi_ring {

// The line between two documents, as in TinyStories and other collections.
inline constexpr std::string_view kEndOfDocument = "<|endoftext|>";

// Throws BadInput, with `name` and the place of the byte, if the text is not
// UTF-8 or has a zero byte.
void check_text(std::string_view text, const std::filesystem::path& name);

class TextFile {
 public:
  // Throws BadInput with the place of the byte if the file is not UTF-8 or has
  // a zero byte.
  explicit TextFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return map_.path(); }
  std::string_view text() const { return map_.text(); }

  // The parts between the lines kEndOfDocument, without the white space around
  // them; a text without such lines is one document. Empty parts are left out.
  // Throws BadInput if no part is left.
  std::vector<std::string_view> documents() const;

  // Takes the pages of a part out of this process's memory, when it has been
  // read.
  void give_back(std::string_view part) const;

 private:
  void check() const;

  MappedFile map_;
};

}  // namespace pi_ring
