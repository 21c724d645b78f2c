// The error for input that cannot be used: a damaged file, a model of the wrong
// shape. Its text is one line that says what is wrong, where and why.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace pi_ring {

class BadInput : public std::runtime_error {
 public:
  explicit BadInput(const std::string& reason) : std::runtime_error(reason) {}
  BadInput(const std::filesystem::path& file, const std::string& reason)
      : std::runtime_error(file.string() + ": " + reason) {}
};

}  // namespace pi_ring
