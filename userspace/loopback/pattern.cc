#include "userspace/loopback/pattern.h"

#include <iomanip>
#include <sstream>
#include <stdexcept>

namespace pi_ring {
namespace {

// Mixes a number's bits, with the multiplications and shifts of splitmix64.
uint64_t mix(uint64_t number) {
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31);
}

std::byte byte_at(uint64_t seed, uint64_t position) {
  if (position < kByteValues) return std::byte(position);
  const uint64_t word = mix(seed * kByteValues + position / 8 + 1);
  return std::byte(word >> (position % 8 * 8));
}

}  // namespace

void fill_pattern(uint64_t seed, uint64_t position,
                  std::span<std::byte> bytes) {
  for (std::byte& byte : bytes) byte = byte_at(seed, position++);
}

void check_pattern(const char* where, uint64_t seed, uint64_t position,
                   std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes) {
    const std::byte sent = byte_at(seed, position);
    if (byte != sent) {
      std::ostringstream text;
      text << where << ": byte " << position << " is 0x" << std::hex
           << std::setfill('0') << std::setw(2) << std::to_integer<int>(byte)
           << ", and 0x" << std::setw(2) << std::to_integer<int>(sent)
           << " was sent";
      throw std::runtime_error(text.str());
    }
    ++position;
  }
}

}  // namespace pi_ring
