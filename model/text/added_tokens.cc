// Walks a tree of the tokens' bytes from each place where one may begin.
#include "model/text/added_tokens.h"

#include <algorithm>
#include <string>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/text/pattern.h"

namespace pi_ring {
namespace {

constexpr uint32_t kNoNode = 0;  // the root is nobody's branch

bool is_space(std::string_view character) {
  static const Pattern space(R"(\s)", Pattern::Origin::kOurs);
  return !space.find_all(character).empty();
}

bool is_in_a_word(std::string_view character) {
  static const Pattern word(R"([\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}])",
                            Pattern::Origin::kOurs);
  return !word.find_all(character).empty();
}

std::string_view last_character(std::string_view text) {
  size_t at = text.size();
  while (at > 0 && (text[at - 1] & 0xC0) == 0x80) --at;
  return text.substr(at == 0 ? 0 : at - 1);
}

std::string_view first_character(std::string_view text) {
  if (text.empty()) return text;
  return text.substr(0, first_utf8_sequence(text).length);
}

bool is_beside_a_word(std::string_view before, std::string_view after) {
  return is_in_a_word(last_character(before)) ||
         is_in_a_word(first_character(after));
}

size_t spaces_at_end(std::string_view text) {
  size_t size = text.size();
  while (size > 0) {
    const std::string_view last = last_character(text.substr(0, size));
    if (!is_space(last)) break;
    size -= last.size();
  }
  return text.size() - size;
}

size_t spaces_at_beginning(std::string_view text) {
  size_t size = 0;
  while (size < text.size()) {
    const std::string_view next = first_character(text.substr(size));
    if (!is_space(next)) break;
    size += next.size();
  }
  return size;
}

}  // namespace

AddedTokenFinder::AddedTokenFinder(std::vector<AddedToken> tokens)
    : tokens_(std::move(tokens)), nodes_(1) {
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const size_t size = tokens_[i].text.size();
    if (size == 0 || size > kLongest) {
      throw BadInput("the added token " + in_quotes(tokens_[i].text) + " has " +
                     grouped(size) + " bytes, expected 1 to " +
                     grouped(kLongest));
    }
    insert(static_cast<int>(i));
  }
}

uint32_t AddedTokenFinder::branch(uint32_t node, char byte) const {
  const auto& branches = nodes_[node].branches;
  const auto found = std::ranges::lower_bound(
      branches, byte, {}, &std::pair<char, uint32_t>::first);
  if (found == branches.end() || found->first != byte) return kNoNode;
  return found->second;
}

void AddedTokenFinder::insert(int token) {
  uint32_t node = 0;
  for (const char byte : tokens_[static_cast<size_t>(token)].text) {
    uint32_t next = branch(node, byte);
    if (next == kNoNode) {
      next = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back();
      auto& branches = nodes_[node].branches;
      const auto place = std::ranges::lower_bound(
          branches, byte, {}, &std::pair<char, uint32_t>::first);
      branches.insert(place, {byte, next});
    }
    node = next;
  }
  nodes_[node].token = token;
}

AddedTokenFinder::Found AddedTokenFinder::longest_at(
    std::string_view text) const {
  Found found;
  uint32_t node = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    node = branch(node, text[i]);
    if (node == kNoNode) break;
    if (nodes_[node].token >= 0) found = {nodes_[node].token, i + 1};
  }
  return found;
}

void AddedTokenFinder::split(
    std::string_view text,
    const std::function<void(std::string_view part)>& text_between,
    const std::function<void(int id)>& token) const {
  size_t done = 0;
  for (size_t at = 0; at < text.size() && !is_empty();) {
    const Found found = longest_at(text.substr(at));
    if (found.token < 0) {
      ++at;
      continue;
    }
    const AddedToken& match = tokens_[static_cast<size_t>(found.token)];
    size_t end = at + found.length;
    const size_t after_match = end;
    const bool counts = !match.single_word ||
                        !is_beside_a_word(text.substr(0, at), text.substr(end));
    if (counts) {
      size_t begin = at;
      if (match.lstrip) begin -= spaces_at_end(text.substr(done, at - done));
      if (match.rstrip) end += spaces_at_beginning(text.substr(end));
      if (begin > done) text_between(text.substr(done, begin - done));
      token(match.id);
      done = end;
    }
    at = std::max(after_match, counts ? end : after_match);
  }
  if (done < text.size()) text_between(text.substr(done));
}

}  // namespace pi_ring
