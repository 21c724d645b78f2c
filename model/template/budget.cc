#include "model/template/budget.h"

#include <limits>

#include "model/template/value.h"

namespace pi_ring {

void Budget::spend(size_t& left, size_t amount, const char* fault) {
  if (amount > left) throw TemplateFault(std::string("the template ") + fault);
  left -= amount;
}

void Budget::values(size_t count) {
  constexpr size_t kMost = std::numeric_limits<size_t>::max() / sizeof(Value);
  memory(count > kMost ? std::numeric_limits<size_t>::max()
                       : count * sizeof(Value));
}

}  // namespace pi_ring
