// Bytes that are printable in Latin-1 spell themselves. The others have the
// characters from U+0100 on, in their order.
#include "model/text/byte_level.h"

#include <array>
#include <cstdint>

namespace pi_ring {
namespace {

constexpr int kAllBytes = 256;
constexpr int kFirstOther = 0x100;

constexpr bool spells_itself(int byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) ||
         byte >= 0xAE;
}

constexpr std::array<uint16_t, kAllBytes> codes_of_bytes() {
  std::array<uint16_t, kAllBytes> codes{};
  int next = kFirstOther;
  for (int byte = 0; byte < kAllBytes; ++byte) {
    codes[static_cast<size_t>(byte)] =
        static_cast<uint16_t>(spells_itself(byte) ? byte : next++);
  }
  return codes;
}

constexpr auto kCodes = codes_of_bytes();
constexpr int kMostCodes = 0x144;

constexpr std::array<int16_t, kMostCodes> bytes_of_codes() {
  std::array<int16_t, kMostCodes> bytes{};
  bytes.fill(-1);
  for (int byte = 0; byte < kAllBytes; ++byte) {
    bytes[kCodes[static_cast<size_t>(byte)]] = static_cast<int16_t>(byte);
  }
  return bytes;
}

constexpr auto kBytesOfCodes = bytes_of_codes();

}  // namespace

std::string byte_level_character(unsigned char byte) {
  const uint16_t code = kCodes[byte];
  if (code < 0x80) return {static_cast<char>(code)};
  return {static_cast<char>(0xC0 | code >> 6),
          static_cast<char>(0x80 | (code & 0x3F))};
}

std::optional<std::string> bytes_of_byte_level(std::string_view piece) {
  std::string bytes;
  for (size_t i = 0; i < piece.size(); ++i) {
    size_t code = static_cast<unsigned char>(piece[i]);
    if (code >= 0x80) {
      // All characters of the spelling have at most two bytes.
      if (code >= 0xE0 || i + 1 == piece.size()) return std::nullopt;
      code =
          (code & 0x1F) << 6 | (static_cast<unsigned char>(piece[++i]) & 0x3F);
    }
    if (code >= kBytesOfCodes.size() || kBytesOfCodes[code] < 0) {
      return std::nullopt;
    }
    bytes += static_cast<char>(kBytesOfCodes[code]);
  }
  return bytes;
}

}  // namespace pi_ring
