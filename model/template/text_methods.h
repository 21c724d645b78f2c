// The methods of texts, such as strip and split.
#pragma once

#include <string_view>

#include "model/template/arguments.h"
#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

bool is_text_method(std::string_view name);

// Throws TemplateFault where there is no such method, or an argument does not
// fit it.
Value call_text_method(const MarkedText& text, std::string_view name,
                       const Arguments& given, Budget& budget);

}  // namespace pi_ring
