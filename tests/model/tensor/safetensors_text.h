// Builds valid and invalid safetensors files by hand, for tests.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

namespace pi_ring {

inline std::string length_bytes(uint64_t length) {
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes;
}

inline std::string safetensors_text(const std::string& header,
                                    const std::string& data) {
  return length_bytes(header.size()) + header + data;
}

// The same file with another header, and with the length of that header.
inline std::string with_header(const std::string& file,
                               const std::string& header) {
  uint64_t length = 0;
  std::memcpy(&length, file.data(), sizeof length);
  return safetensors_text(header, file.substr(sizeof length + length));
}

inline std::string header_of(const std::string& file) {
  uint64_t length = 0;
  std::memcpy(&length, file.data(), sizeof length);
  return file.substr(sizeof length, length);
}

}  // namespace pi_ring
