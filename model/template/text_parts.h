// Parts of a text: without its ends, cut, by lines, and joined again, as Python
// does it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

// Which ends of a text stripped() looks at.
enum class TextSide { kBoth, kBeginning, kEnd };
// Removes white space, or these characters, from the text's ends.
MarkedText stripped(const MarkedText& text, TextSide side,
                    const MarkedText* characters, Budget& budget);

// Cuts at white space. After `most` cuts, unless it is below 0, the rest is
// kept as it is, with the white space at its end.
std::vector<MarkedText> words_of(const MarkedText& text, int64_t most,
                                 Budget& budget);

// Cut at a separator, `most` times at most unless it is below 0. Throw
// TemplateFault where the separator is empty.
std::vector<MarkedText> parts_between(const MarkedText& text,
                                      const std::string& separator,
                                      int64_t most, Budget& budget);
// Cuts from the end, so that the first part is what is not cut further.
std::vector<MarkedText> parts_from_end(const MarkedText& text,
                                       const std::string& separator,
                                       int64_t most, Budget& budget);

// The lines without their ends, as Python's splitlines().
std::vector<MarkedText> lines_of(const MarkedText& text, Budget& budget);

// The items as text, with the text between them.
MarkedText joined_items(const List& list, const MarkedText& between,
                        Budget& budget);

}  // namespace pi_ring
