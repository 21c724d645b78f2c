// The types a safetensors file may name, and the size of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pi_ring {

// The model computes in f32 and reads the first three; the others may stand in
// a file beside what it needs.
enum class DType : uint8_t {
  F32,
  F16,
  BF16,
  F64,
  I64,
  I32,
  I16,
  I8,
  U64,
  U32,
  U16,
  U8,
  BOOL,
  F8_E4M3,
  F8_E5M2,
};

size_t size_of(DType type);
std::string_view name_of(DType type);
std::optional<DType> dtype_of(std::string_view name);

// Whether values of this type can be read as f32.
inline bool is_readable(DType type) { return type <= DType::BF16; }

}  // namespace pi_ring
