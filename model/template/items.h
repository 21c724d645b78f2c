// The items of values: one, some, or all that a loop goes over, as Python takes
// them.
#pragma once

#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

// Throw TemplateFault where the kinds do not fit, or the budget is spent.

// value[key], and undefined where there is no such item.
Value item_of(const Value& value, const Value& key, Budget& budget);
// value[begin:end:step]; what is not there is none.
Value slice_of(const Value& value, const Value& begin, const Value& end,
               const Value& step, Budget& budget);

// What a loop goes over: the items of a list, the keys of a dict, the
// characters of a text.
ListPointer items_to_iterate(const Value& value, Budget& budget);

}  // namespace pi_ring
