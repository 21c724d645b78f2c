// Runs the statements of a template.
#pragma once

#include <ctime>

#include "model/template/budget.h"
#include "model/template/syntax.h"
#include "model/template/value.h"

namespace pi_ring {

// Throws TemplateFault with the line.
MarkedText render_statements(const Statements& block, const Dict& variables,
                             const std::tm& now, Budget& budget);

}  // namespace pi_ring
