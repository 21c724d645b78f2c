// Numbers are calculated, and texts and lists are joined and repeated, as
// Python does it.
#pragma once

#include <string>

#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

// Throw TemplateFault where the kinds do not fit, a number becomes too large,
// or the budget is spent.

// +, -, *, /, //, % and **.
Value calculate(const std::string& which, const Value& left, const Value& right,
                Budget& budget);
Value negated(const Value& value);

}  // namespace pi_ring
