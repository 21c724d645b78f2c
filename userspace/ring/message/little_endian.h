// Writes and reads numbers with the least byte first on any processor.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>

namespace pi_ring {

class LittleEndianWriter {
 public:
  // Writes from the front of `bytes`; the caller makes sure that all fits.
  explicit LittleEndianWriter(std::span<std::byte> bytes) : bytes_(bytes) {}

  template <std::unsigned_integral Number>
  void put(Number number) {
    for (size_t i = 0; i < sizeof(Number); ++i) {
      bytes_[at_++] = static_cast<std::byte>(number >> (8 * i));
    }
  }

 private:
  std::span<std::byte> bytes_;
  size_t at_ = 0;
};

class LittleEndianReader {
 public:
  explicit LittleEndianReader(std::span<const std::byte> bytes)
      : bytes_(bytes) {}

  template <std::unsigned_integral Number>
  Number take() {
    Number number = 0;
    for (size_t i = 0; i < sizeof(Number); ++i) {
      number = static_cast<Number>(number | static_cast<Number>(bytes_[at_++])
                                                << (8 * i));
    }
    return number;
  }

 private:
  std::span<const std::byte> bytes_;
  size_t at_ = 0;
};

}  // namespace pi_ring
