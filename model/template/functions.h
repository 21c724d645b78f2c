// The functions that a template can call by name, and the methods of values.
#pragma once

#include <ctime>
#include <string_view>

#include "model/template/arguments.h"
#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

// Throws TemplateFault that quotes what the template says by
// raise_exception(), and where there is no such function. `now` is what
// strftime_now() writes.
Value call_function(std::string_view name, const Arguments& given,
                    const std::tm& now, Budget& budget);
bool is_function(std::string_view name);

// A method of a dict, a text or `loop`.
Value call_method(const Value& receiver, std::string_view name,
                  const Arguments& given, Budget& budget);
bool is_method(const Value& receiver, std::string_view name);

// loop.index and the like.
Value loop_attribute(const Loop& loop, std::string_view name);

}  // namespace pi_ring
