#include "model/template/text_parts.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "model/template/characters.h"
#include "model/template/value_text.h"

namespace pi_ring {
namespace {

constexpr size_t kToTheEnd = std::string::npos;

void require_separator(const std::string& separator) {
  if (separator.empty()) throw TemplateFault("a text cut at an empty one");
}

// A character that ends a line, of one byte or more; "\r\n" counts as one.
size_t line_end_at(std::string_view text) {
  if (text.starts_with("\r\n")) return 2;
  constexpr std::string_view kLineEnds = "\n\r\v\f\x1C\x1D\x1E";
  if (kLineEnds.find(text.front()) != kLineEnds.npos) return 1;
  for (const char* wide : {"\u0085", "\u2028", "\u2029"}) {
    if (text.starts_with(wide)) return std::string_view(wide).size();
  }
  return 0;
}

}  // namespace

MarkedText stripped(const MarkedText& text, TextSide side,
                    const MarkedText* characters, Budget& budget) {
  const auto is_stripped = [&](std::string_view character) {
    if (characters == nullptr) return is_white_space(character);
    budget.work(characters->size());
    return characters->bytes().find(character) != kToTheEnd;
  };
  std::string_view rest = text.bytes();
  while (side != TextSide::kBeginning && !rest.empty() &&
         is_stripped(last_character_of(rest))) {
    rest.remove_suffix(last_character_of(rest).size());
  }
  while (side != TextSide::kEnd && !rest.empty() &&
         is_stripped(first_character_of(rest))) {
    rest.remove_prefix(first_character_of(rest).size());
  }
  return text.part(static_cast<size_t>(rest.data() - text.bytes().data()),
                   rest.size());
}

std::vector<MarkedText> words_of(const MarkedText& text, int64_t most,
                                 Budget& budget) {
  std::vector<MarkedText> words;
  size_t at = white_space_at_beginning(text.bytes());
  const std::string_view bytes = text.bytes();
  while (at < bytes.size()) {
    budget.work(sizeof(MarkedText));
    if (most >= 0 && std::cmp_equal(words.size(), most)) {
      words.push_back(text.part(at, kToTheEnd));
      break;
    }
    size_t end = at;
    while (end < bytes.size()) {
      const auto next = first_character_of(bytes.substr(end));
      if (is_white_space(next)) break;
      end += next.size();
    }
    words.push_back(text.part(at, end - at));
    at = end + white_space_at_beginning(bytes.substr(end));
  }
  return words;
}

std::vector<MarkedText> parts_between(const MarkedText& text,
                                      const std::string& separator,
                                      int64_t most, Budget& budget) {
  require_separator(separator);
  std::vector<MarkedText> parts;
  size_t begin = 0;
  while (most < 0 || std::cmp_less(parts.size(), most)) {
    budget.work(sizeof(MarkedText));
    const size_t end = find_text(text.bytes(), separator, begin, budget);
    if (end == kToTheEnd) break;
    parts.push_back(text.part(begin, end - begin));
    begin = end + separator.size();
  }
  parts.push_back(text.part(begin, kToTheEnd));
  return parts;
}

std::vector<MarkedText> parts_from_end(const MarkedText& text,
                                       const std::string& separator,
                                       int64_t most, Budget& budget) {
  require_separator(separator);
  std::vector<MarkedText> parts;
  size_t end = text.size();
  while (most < 0 || std::cmp_less(parts.size(), most)) {
    if (end < separator.size()) break;
    const size_t last = end - separator.size();
    budget.work((last + 1) * separator.size());
    const size_t at = text.bytes().rfind(separator, last);
    if (at == std::string::npos) break;
    const size_t begin = at + separator.size();
    parts.push_back(text.part(begin, end - begin));
    end = at;
  }
  parts.push_back(text.part(0, end));
  std::ranges::reverse(parts);
  return parts;
}

std::vector<MarkedText> lines_of(const MarkedText& text, Budget& budget) {
  std::vector<MarkedText> lines;
  const std::string_view bytes = text.bytes();
  size_t begin = 0;
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = line_end_at(bytes.substr(at));
    if (end > 0) {
      budget.memory(sizeof(MarkedText));
      lines.push_back(text.part(begin, at - begin));
      begin = at + end;
    }
    at += std::max<size_t>(end, 1);
  }
  if (begin < bytes.size()) lines.push_back(text.part(begin, kToTheEnd));
  return lines;
}

MarkedText joined_items(const List& list, const MarkedText& between,
                        Budget& budget) {
  MarkedText result;
  for (size_t i = 0; i < list.items.size(); ++i) {
    const MarkedText item = shown_text(list.items[i], budget);
    budget.memory(item.footprint() + between.footprint() + 1);
    if (i > 0) result.append(between);
    result.append(item);
  }
  return result;
}

}  // namespace pi_ring
