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

// Which ends of a text stripped() looks at.
enum class TextSide { kBoth, kBeginning, kEnd };
// Removes white space, or these characters, from the text's ends.
MarkedText stripped(const MarkedText& text, TextSide side,
                    const MarkedText* characters, Budget& budget);

// The lines without their ends, as Python's splitlines().
std::vector<MarkedText> lines_of(const MarkedText& text, Budget& budget);

// The items as text, with the text between them.
MarkedText joined_items(const List& list, const MarkedText& between,
                        Budget& budget);

}  // namespace pi_ring
