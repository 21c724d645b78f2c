// Reads a template: its text and its statements.
#pragma once

#include <string_view>

#include "model/template/syntax.h"

namespace pi_ring {

// Throws TemplateFault with the line.
Statements parse_template(std::string_view source);

}  // namespace pi_ring
