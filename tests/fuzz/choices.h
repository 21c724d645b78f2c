// Turns the bytes that a fuzzer mutates into choices: which message comes next,
// which field is wrong, where a number stands at its edge. When the bytes are
// used up, every choice is the first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pi_ring {

class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}

  bool are_used_up() const { return bytes_.empty(); }

  uint8_t byte();
  // A number less than `limit`, which is at most 256.
  size_t below(size_t limit) { return byte() % limit; }
  // True for one byte in `many`, and not when the bytes are used up.
  bool once_in(size_t many) { return below(many) == many - 1; }
  uint32_t word();

  // A number that is likely to break something: an extreme one, one beside
  // `valid`, or any.
  uint32_t edge(uint32_t valid);

  // The next bytes, fewer if there are not as many.
  std::string_view take(size_t count);

 private:
  std::string_view bytes_;
};

}  // namespace pi_ring
