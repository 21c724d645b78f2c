// Turns a failed system call into an exception: "FILE: No space left on
// device".
#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace pi_ring {

inline std::string text_of_errno(int error) {
  return std::generic_category().message(error);
}

// Must be called right after the failure, while errno still has the reason.
[[noreturn]] inline void throw_system_error(const std::filesystem::path& file) {
  throw std::system_error(errno, std::generic_category(), file.string());
}

}  // namespace pi_ring
