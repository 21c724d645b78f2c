// Characters of UTF-8 texts, as Python counts and sorts them. Texts must be
// valid.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/template/budget.h"

namespace pi_ring {

// The bytes of the first character of a text that is not empty.
std::string_view first_character_of(std::string_view text);
std::string_view last_character_of(std::string_view text);

// Where each character begins, and the text's end.
std::vector<size_t> character_places(std::string_view text);
size_t count_characters(std::string_view text);

// White space, of Unicode too.
bool is_white_space(std::string_view character);
size_t white_space_at_beginning(std::string_view text);
size_t white_space_at_end(std::string_view text);

// Where `part` first is in the text from `from` on, in a time that grows with
// their sizes only; or npos. Throws TemplateFault where the budget is spent.
size_t find_text(std::string_view text, std::string_view part, size_t from,
                 Budget& budget);

// The character with this number in Unicode, as UTF-8. Throws TemplateFault
// where there is none.
std::string utf8_of(unsigned code);

}  // namespace pi_ring
