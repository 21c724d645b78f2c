// What the operators of a template do with values, as Python does it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

// All throw TemplateFault where the kinds do not fit, a number becomes too
// large, or the budget is spent.

// +, -, *, /, //, % and **.
Value calculate(const std::string& which, const Value& left, const Value& right,
                Budget& budget);
Value negated(const Value& value);

bool equal(const Value& left, const Value& right, Budget& budget);
bool less(const Value& left, const Value& right, Budget& budget);
bool contains(const Value& container, const Value& value, Budget& budget);
// ==, !=, <, <=, >, >=, in and not in.
bool compare(const std::string& which, const Value& left, const Value& right,
             Budget& budget);

// value[key], and undefined where there is no such item.
Value item_of(const Value& value, const Value& key, Budget& budget);
// value[begin:end:step]; what is not there is none.
Value slice_of(const Value& value, const Value& begin, const Value& end,
               const Value& step, Budget& budget);

// What a loop goes over: the items of a list, the keys of a dict, the
// characters of a text.
ListPointer items_to_iterate(const Value& value, Budget& budget);

// Where `part` first is in the text from `from` on, in a time that grows with
// their sizes only; or npos.
size_t find_text(std::string_view text, std::string_view part, size_t from,
                 Budget& budget);

}  // namespace pi_ring
