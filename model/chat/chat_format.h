// How a model writes a conversation down: as tokens.
#pragma once

#include <ctime>
#include <span>
#include <vector>

#include "model/chat/chat_template.h"
#include "model/text/tokenizer.h"

namespace pi_ring {

class ChatFormat {
 public:
  // `now` is the time that a template may name. The tokenizer must outlive it.
  // Throws BadInput where the template is not supported.
  ChatFormat(ChatTemplateSource source, const Tokenizer& tokenizer,
             const std::tm& now);

  // The tokens of the conversation up to where the next answer begins. Names of
  // special tokens in the template's own text are the tokens; in a message they
  // are text, so that nobody can end a turn or speak as another by writing
  // them. The template alone says whether a token begins the text. Throws
  // BadInput where the template refuses the messages, or one is not UTF-8.
  std::vector<int> tokens(std::span<const ChatMessage> messages) const;

  // The tokens that the template puts after an answer, before anything else.
  // With them, an answer ends also where the model's config names only the
  // token that ends a whole text.
  std::vector<int> ends_of_answer() const;

 private:
  std::vector<int> encode(const MarkedText& text) const;

  ChatTemplate template_;
  const Tokenizer& tokenizer_;
  std::tm now_;
};

}  // namespace pi_ring
