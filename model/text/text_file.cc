// Checks a text piece by piece, so that a text of gigabytes takes little
// memory, and finds its documents.
#include "model/text/text_file.h"

#include <algorithm>
#include <span>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/interruption.h"
#include "model/base/utf8.h"

namespace pi_ring {
namespace {

constexpr size_t kPiece = size_t{1} << 20;
constexpr std::string_view kWhiteSpace = " \t\r\n";

[[noreturn]] void refuse(const std::filesystem::path& name,
                         const std::string& reason, size_t offset) {
  throw BadInput(name, "is not text: it has " + reason + " at byte " +
                           std::to_string(offset));
}

// `offset` is the piece's place in the text.
void check_piece(std::string_view piece, size_t offset,
                 const std::filesystem::path& name) {
  if (const size_t bad = find_invalid_utf8(piece); bad != piece.npos) {
    refuse(name, "invalid UTF-8", offset + bad);
  }
  if (const size_t zero = piece.find('\0'); zero != piece.npos) {
    refuse(name, "a zero byte", offset + zero);
  }
}

// `most` bytes, or a few less, so that they end with a whole character.
size_t whole_characters(std::string_view text, size_t most) {
  if (text.size() <= most) return text.size();
  constexpr size_t kLongestTail = 3;
  for (size_t back = 0; back <= kLongestTail; ++back) {
    const auto next = static_cast<unsigned char>(text[most - back]);
    if ((next & 0xC0U) != 0x80U) return most - back;
  }
  return most;  // it is not UTF-8, which check() will find
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

// Whether the mark at this place is a line by itself.
bool is_line(std::string_view text, size_t at) {
  if (at > 0 && text[at - 1] != '\n') return false;
  std::string_view rest = text.substr(at + kEndOfDocument.size());
  if (rest.starts_with('\r')) rest.remove_prefix(1);
  return rest.empty() || rest.front() == '\n';
}

size_t find_end_line(std::string_view text, size_t from) {
  size_t at = text.find(kEndOfDocument, from);
  while (at != text.npos && !is_line(text, at)) {
    at = text.find(kEndOfDocument, at + 1);
  }
  return at;
}

}  // namespace

void check_text(std::string_view text, const std::filesystem::path& name) {
  check_piece(text, /*offset=*/0, name);
}

TextFile::TextFile(const std::filesystem::path& path) : map_(path) { check(); }

void TextFile::check() const {
  std::string_view rest = text();
  while (!rest.empty()) {
    StopRequest::check();
    const std::string_view piece =
        rest.substr(0, whole_characters(rest, kPiece));
    const auto offset = static_cast<size_t>(piece.data() - text().data());
    check_piece(piece, offset, path());
    give_back(piece);
    rest.remove_prefix(piece.size());
  }
}

std::vector<std::string_view> TextFile::documents() const {
  std::vector<std::string_view> documents;
  size_t from = 0;
  while (from < text().size()) {
    const size_t end = find_end_line(text(), from);
    const std::string_view whole = text().substr(from, end - from);
    const std::string_view document = trimmed(whole);
    if (!document.empty()) documents.push_back(document);
    give_back(whole);
    if (end == std::string_view::npos) break;
    from = end + kEndOfDocument.size();
  }
  if (documents.empty()) throw BadInput(path(), "holds no text");
  return documents;
}

void TextFile::give_back(std::string_view part) const {
  map_.give_back(std::as_bytes(std::span(part)));
}

}  // namespace pi_ring
