// Cuts a text where no token spans the cut, and encodes each word once.
#include "model/text/text_encoder.h"

#include "model/base/bad_input.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

constexpr size_t kLongestWord = size_t{16} << 20;  // bytes
// These words are remembered: a few megabytes, and the commonest words are
// among them.
constexpr size_t kLongestKnown = 32;  // bytes
constexpr size_t kMostKnown = size_t{1} << 16;
constexpr size_t kTokensAtOnce = size_t{1} << 14;

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

TextEncoder::TextEncoder(const Tokenizer& tokenizer)
    : tokenizer_(tokenizer),
      at_spaces_(tokenizer.parts_before(' ')),
      at_line_ends_(tokenizer.parts_before('\n')),
      between_letters_(tokenizer.parts_between_letters()) {}

void TextEncoder::encode(std::string_view text, const Sink& sink) {
  size_t end = end_of_word(text);
  std::vector<int> tokens = tokenizer_.encode_beginning(text.substr(0, end));
  for (text.remove_prefix(end); !text.empty(); text.remove_prefix(end)) {
    if (tokens.size() >= kTokensAtOnce) {
      sink(tokens, text);
      tokens.clear();
    }
    end = end_of_word(text);
    append_word(text.substr(0, end), tokens);
  }
  const std::span<const int> after = tokenizer_.after();
  tokens.insert(tokens.end(), after.begin(), after.end());
  sink(tokens, text);
}

// A space begins a word unless it follows a space, and likewise a line end.
size_t TextEncoder::end_of_word(std::string_view text) const {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] != text[i - 1] && ((at_spaces_ && text[i] == ' ') ||
                                   (at_line_ends_ && text[i] == '\n'))) {
      return i;
    }
    if (between_letters_ && text[i] == ' ' && i + 1 < text.size() &&
        is_ascii_letter(text[i - 1]) && is_ascii_letter(text[i + 1])) {
      return i;
    }
    if (i == kLongestWord) {
      throw BadInput("is not text: it has a word of more than " +
                     grouped(kLongestWord) + " bytes");
    }
  }
  return text.size();
}

void TextEncoder::append_word(std::string_view word, std::vector<int>& tokens) {
  const auto found = known_.find(word);
  if (found != known_.end()) {
    tokens.insert(tokens.end(), found->second.begin(), found->second.end());
    return;
  }
  std::vector<int> fresh = tokenizer_.encode_within(word);
  tokens.insert(tokens.end(), fresh.begin(), fresh.end());
  if (word.size() <= kLongestKnown && known_.size() < kMostKnown) {
    known_.emplace(word, std::move(fresh));
  }
}

}  // namespace pi_ring
