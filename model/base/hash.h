// FNV-1a: a hash of 64 bits that tells contents apart. It does not resist
// somebody who makes collisions on purpose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pi_ring {

class Hash {
 public:
  void add(std::span<const std::byte> bytes) {
    constexpr uint64_t kPrime = 0x100000001B3U;
    for (const std::byte byte : bytes) {
      value_ = (value_ ^ static_cast<uint64_t>(byte)) * kPrime;
    }
  }
  void add(std::string_view text) {
    add(text.size());  // so that "ab", "c" differs from "a", "bc"
    add(std::as_bytes(std::span(text)));
  }
  void add(uint64_t number) { add(std::as_bytes(std::span(&number, 1))); }

  // Adds evenly spread samples, so that a change anywhere is likely to be seen.
  void add_samples(std::span<const std::byte> bytes) {
    constexpr size_t kSamples = 8;  // the first and last bytes included
    constexpr size_t kSampleBytes = 64;
    if (bytes.size() <= kSamples * kSampleBytes) return add(bytes);
    const size_t stride = (bytes.size() - kSampleBytes) / (kSamples - 1);
    for (size_t i = 0; i < kSamples; ++i) {
      add(bytes.subspan(i * stride, kSampleBytes));
    }
  }

  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xCBF29CE484222325U;  // FNV's offset basis
};

}  // namespace pi_ring
