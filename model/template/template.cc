#include "model/template/template.h"

#include <utility>

#include "model/base/bad_input.h"
#include "model/base/wording.h"
#include "model/template/parser.h"
#include "model/template/renderer.h"

namespace pi_ring {
namespace {

constexpr size_t kLongestReason = 1000;  // bytes

// A template's own words may be in the reason.
BadInput error_in(const std::string& name, const TemplateFault& fault) {
  return BadInput(name, on_one_line(fault.what(), kLongestReason));
}

}  // namespace

Template::Template(std::string_view source, std::string name)
    : name_(std::move(name)), size_(source.size()) {
  try {
    statements_ = parse_template(source);
  } catch (const TemplateFault& fault) {
    throw error_in(name_, fault);
  }
}

MarkedText Template::render(const Dict& variables, size_t given,
                            const std::tm& now) const {
  try {
    Budget budget(size_ + given);
    return render_statements(statements_, variables, now, budget);
  } catch (const TemplateFault& fault) {
    throw error_in(name_, fault);
  }
}

}  // namespace pi_ring
