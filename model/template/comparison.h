// Values are compared as Python does it.
#pragma once

#include <string>

#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

// Throw TemplateFault where the kinds do not fit, or the budget is spent.
bool equal(const Value& left, const Value& right, Budget& budget);
bool less(const Value& left, const Value& right, Budget& budget);

// ==, !=, <, <=, >, >=, in and not in.
bool compare(const std::string& which, const Value& left, const Value& right,
             Budget& budget);

}  // namespace pi_ring
