// Encodes what the template wrote and what it was given as one text.
#include "model/chat/chat_format.h"

#include <string>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/utf8.h"

namespace pi_ring {

ChatFormat::ChatFormat(ChatTemplateSource source, const Tokenizer& tokenizer,
                       const std::tm& now)
    : template_(std::move(source)), tokenizer_(tokenizer), now_(now) {}

std::vector<int> ChatFormat::encode(const MarkedText& text) const {
  std::vector<TextPart> parts;
  size_t begin = 0;
  for (const MarkedText::Run& run : text.runs()) {
    const std::string_view bytes = text.bytes();
    parts.push_back(
        {bytes.substr(begin, run.end - begin), run.origin == Origin::kTemplate
                                                   ? SpecialTokens::kAreFound
                                                   : SpecialTokens::kAreText});
    begin = run.end;
  }
  return tokenizer_.encode_parts(parts);
}

std::vector<int> ChatFormat::tokens(
    std::span<const ChatMessage> messages) const {
  for (const ChatMessage& message : messages) {
    if (find_invalid_utf8(message.content) != std::string::npos) {
      throw BadInput("the message is not UTF-8");
    }
  }
  return encode(template_.render(messages, /*begins_answer=*/true, now_));
}

std::vector<int> ChatFormat::ends_of_answer() const {
  const std::string answer = "what the model answers";
  const std::vector<ChatMessage> messages = {
      {.role = "user", .content = "what a user says"},
      {.role = "assistant", .content = answer}};
  MarkedText text;
  try {
    text = template_.render(messages, /*begins_answer=*/false, now_);
  } catch (const BadInput&) {
    return {};  // the template wants other conversations
  }
  const size_t at = text.bytes().rfind(answer);
  if (at == std::string::npos) return {};
  const MarkedText rest = text.part(at + answer.size(), std::string::npos);
  for (const int token : encode(rest)) {
    const std::string_view bytes = tokenizer_.bytes(token);
    if (bytes.empty()) return {token};
    if (bytes.find_first_not_of(" \n") != bytes.npos) break;
  }
  return {};
}

}  // namespace pi_ring
