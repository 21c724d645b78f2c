// Turns tokens into text, and keeps the bytes of an incomplete character back.
#include "model/text/text_stream.h"

#include "model/base/utf8.h"

namespace pi_ring {
namespace {

// Moves the whole characters out of `pending`. The beginning of one character
// may stay, at most three bytes.
std::string take_whole_characters(std::string& pending) {
  std::string whole;
  std::string_view rest = pending;
  while (!rest.empty()) {
    const Utf8Sequence sequence = first_utf8_sequence(rest);
    if (sequence.state == Utf8State::kCut) break;
    whole += sequence.state == Utf8State::kWhole
                 ? rest.substr(0, sequence.length)
                 : kReplacementCharacter;
    rest.remove_prefix(sequence.length);
  }
  pending.erase(0, pending.size() - rest.size());
  return whole;
}

}  // namespace

std::string TextStream::next(int token) {
  std::string_view bytes = tokenizer_.bytes(token);
  if (bytes.empty()) return {};
  if (drops_space_ && bytes.front() == ' ') bytes.remove_prefix(1);
  drops_space_ = false;
  pending_ += bytes;
  return take_whole_characters(pending_);
}

std::string TextStream::finish() {
  if (pending_.empty()) return {};
  pending_.clear();
  return std::string(kReplacementCharacter);
}

}  // namespace pi_ring
