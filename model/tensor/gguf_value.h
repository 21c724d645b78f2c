// The values in a GGUF file's metadata: numbers, texts, and arrays of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

// The numbers are the format's.
enum class GgufType : uint32_t {
  kU8 = 0,
  kI8 = 1,
  kU16 = 2,
  kI16 = 3,
  kU32 = 4,
  kI32 = 5,
  kF32 = 6,
  kBool = 7,
  kText = 8,
  kArray = 9,
  kU64 = 10,
  kI64 = 11,
  kF64 = 12,
};

// The bytes of one number; nothing for texts, arrays and unknown types.
std::optional<size_t> gguf_size_of(GgufType type);

// A view of a value in a mapped file, which was checked when the file was
// opened.
struct GgufValue {
  GgufType type = GgufType::kU8;  // of the elements, where it is an array
  bool is_array = false;
  uint64_t count = 1;
  // The characters of a text, or all elements of an array, where each text has
  // its length before it, as 64 bits.
  std::span<const std::byte> bytes;

  bool is_text() const { return type == GgufType::kText && !is_array; }
  bool is_whole_number() const;  // one number, not an array
  bool is_number() const;        // whole, or of f32 or f64
  bool is_flag() const { return type == GgufType::kBool && !is_array; }

  // For values for which is_text(); others throw std::logic_error.
  std::string_view text() const;
  // The number, which is_number(); 64 bits without a sign become negative where
  // they have no place.
  int64_t whole_number() const;
  double number() const;
  bool flag() const { return whole_number() != 0; }

  // The elements of an array of texts, or of numbers; nothing where it is none.
  std::vector<std::string_view> texts() const;
  std::vector<double> numbers() const;
  // The same for one number, or a whole number for all of whose elements are
  // equal: llama.cpp writes some counts as one a layer.
  std::optional<int64_t> same_number() const;
};

// By key.
using GgufValues = std::map<std::string, GgufValue, std::less<>>;

}  // namespace pi_ring
