// Reads numbers of each width from bytes that may not be aligned.
#include "model/tensor/gguf_value.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace pi_ring {
namespace {

template <typename Number>
Number load_number(const std::byte* from) {
  Number number{};
  std::memcpy(&number, from, sizeof number);
  return number;
}

// Calls visit with the number there.
template <typename Visit>
auto visit_number(GgufType type, const std::byte* from, const Visit& visit) {
  switch (type) {
    case GgufType::kU8:
    case GgufType::kBool:
      return visit(load_number<uint8_t>(from));
    case GgufType::kI8:
      return visit(load_number<int8_t>(from));
    case GgufType::kU16:
      return visit(load_number<uint16_t>(from));
    case GgufType::kI16:
      return visit(load_number<int16_t>(from));
    case GgufType::kU32:
      return visit(load_number<uint32_t>(from));
    case GgufType::kI32:
      return visit(load_number<int32_t>(from));
    case GgufType::kU64:
      return visit(load_number<uint64_t>(from));
    case GgufType::kI64:
      return visit(load_number<int64_t>(from));
    case GgufType::kF32:
      return visit(load_number<float>(from));
    case GgufType::kF64:
      return visit(load_number<double>(from));
    default:
      throw std::logic_error("a value in GGUF is not a number");
  }
}

bool is_fraction(GgufType type) {
  return type == GgufType::kF32 || type == GgufType::kF64;
}

}  // namespace

std::optional<size_t> gguf_size_of(GgufType type) {
  switch (type) {
    case GgufType::kU8:
    case GgufType::kI8:
    case GgufType::kBool:
      return 1;
    case GgufType::kU16:
    case GgufType::kI16:
      return 2;
    case GgufType::kU32:
    case GgufType::kI32:
    case GgufType::kF32:
      return 4;
    case GgufType::kU64:
    case GgufType::kI64:
    case GgufType::kF64:
      return 8;
    default:
      return std::nullopt;
  }
}

bool GgufValue::is_number() const {
  return !is_array && type != GgufType::kBool && gguf_size_of(type);
}

bool GgufValue::is_whole_number() const {
  return is_number() && !is_fraction(type);
}

std::string_view GgufValue::text() const {
  if (!is_text()) throw std::logic_error("a value in GGUF is not a text");
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

int64_t GgufValue::whole_number() const {
  return visit_number(type, bytes.data(),
                      [](auto value) { return static_cast<int64_t>(value); });
}

double GgufValue::number() const {
  return visit_number(type, bytes.data(),
                      [](auto value) { return static_cast<double>(value); });
}

std::vector<std::string_view> GgufValue::texts() const {
  std::vector<std::string_view> all;
  if (type != GgufType::kText || !is_array) return all;
  all.reserve(count);
  const std::byte* at = bytes.data();
  for (uint64_t i = 0; i < count; ++i) {
    const auto length = load_number<uint64_t>(at);
    at += sizeof length;
    all.emplace_back(reinterpret_cast<const char*>(at), length);
    at += length;
  }
  return all;
}

std::vector<double> GgufValue::numbers() const {
  std::vector<double> all;
  const auto size = gguf_size_of(type);
  if (!size || !is_array) return all;
  all.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    all.push_back(visit_number(type, bytes.data() + i * *size, [](auto value) {
      return static_cast<double>(value);
    }));
  }
  return all;
}

std::optional<int64_t> GgufValue::same_number() const {
  if (is_whole_number()) return whole_number();
  const std::vector<double> all = numbers();
  if (all.empty() || is_fraction(type)) return std::nullopt;
  constexpr double kExact = 0x1p53;
  const bool same = std::ranges::all_of(all, [&](double n) {
    return n == all.front() && n >= -kExact && n <= kExact;
  });
  return same ? std::optional(static_cast<int64_t>(all.front())) : std::nullopt;
}

}  // namespace pi_ring
