// What rendering a template may cost, so that a hostile one neither hangs nor
// fills the memory.
#pragma once

#include <cstddef>
#include <stdexcept>

namespace pi_ring {

// What is wrong with a template, or with what it is given. The line is added
// where it is known.
class TemplateFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Parts of a template, and lists in lists, nest no deeper.
inline constexpr int kDeepestTemplate = 64;
// Macros that call each other nest no deeper.
inline constexpr int kDeepestCalls = 10;
inline constexpr size_t kLongestTemplate = size_t{1} << 20;  // bytes

class Budget {
 public:
  // `given` bytes are the template and the values together. Both limits are a
  // constant and a multiple of it.
  explicit Budget(size_t given)
      : work_left_((size_t{16} << 20) + 1024 * given),
        memory_left_((size_t{4} << 20) + 64 * given) {}

  // Work that looks at this many bytes. All throw TemplateFault.
  void work(size_t bytes) { spend(work_left_, bytes, "takes too long"); }
  // Memory of this many bytes for a text or a list. It counts as taken also
  // after it was freed.
  void memory(size_t bytes) {
    work(bytes);
    spend(memory_left_, bytes, "needs too much memory");
  }
  // A list of this many values.
  void values(size_t count);

 private:
  static void spend(size_t& left, size_t amount, const char* fault);

  size_t work_left_;
  size_t memory_left_;
};

}  // namespace pi_ring
