// The filters that work on lists and dicts.
#pragma once

#include <map>
#include <string_view>

#include "model/template/arguments.h"
#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

using Filter = Value (*)(const Value&, Arguments&, Budget&);

const std::map<std::string_view, Filter>& list_filters();

// The pairs of a dict, each a tuple; of what is undefined there are none.
Value pairs_of(const Value& dict, Budget& budget);

}  // namespace pi_ring
