// A text to learn from: mapped, held to be text, cut into its documents.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "model/base/mapped_file.h"

namespace pi_ring {

// The line that ends a document, as TinyStories and others have it.
inline constexpr std::string_view kEndOfDocument = "<|endoftext|>";

class TextFile {
 public:
  // Throws BadInput, naming the byte, where the file is not UTF-8 or holds a
  // zero byte, as no text does.
  explicit TextFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return map_.path(); }
  std::string_view text() const { return map_.text(); }

  // What stands between lines kEndOfDocument, without the white space around
  // it; a text without such lines is one document. None is empty; BadInput
  // where there is none.
  std::vector<std::string_view> documents() const;

  // Takes the pages of a part that was read out of this process's memory.
  void give_back(std::string_view part) const;

 private:
  void check() const;

  MappedFile map_;
};

}  // namespace pi_ring
