// The filters of a template: value | name(arguments).
#pragma once

#include <string_view>

#include "model/template/arguments.h"
#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

// Throws TemplateFault where there is no such filter, or a value does not fit.
Value apply_filter(std::string_view name, const Value& value,
                   const Arguments& given, Budget& budget);

// Whether value is name(arguments). Throws as apply_filter() does.
bool apply_test(std::string_view name, const Value& value,
                const Arguments& given, Budget& budget);

// value.name, and value["name"] where there is no such attribute; a name such
// as "a.b" goes further. Undefined where there is none.
Value attribute_of(const Value& value, std::string_view name, Budget& budget);

}  // namespace pi_ring
