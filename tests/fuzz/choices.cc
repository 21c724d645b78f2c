// Takes bytes from the front.
#include "tests/fuzz/choices.h"

#include <algorithm>
#include <array>

namespace pi_ring {

uint8_t Choices::byte() {
  const std::string_view next = take(1);
  return next.empty() ? 0 : static_cast<uint8_t>(next.front());
}

uint32_t Choices::word() {
  uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | byte();
  return word;
}

uint32_t Choices::edge(uint32_t valid) {
  const std::array<uint32_t, 12> edges = {
      valid + 1,   valid - 1,   0,       1,       UINT32_MAX, INT32_MAX,
      0x8000'0000, valid ^ 256, 1 << 16, 1 << 26, 33,         2 * valid};
  const size_t which = below(edges.size() + 1);
  return which < edges.size() ? edges[which] : word();
}

std::string_view Choices::take(size_t count) {
  const std::string_view taken = bytes_.substr(0, count);
  bytes_.remove_prefix(taken.size());
  return taken;
}

}  // namespace pi_ring
