// The template by which a model's files say how a conversation becomes a text.
#pragma once

#include <ctime>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/template/template.h"

namespace pi_ring {

struct ChatMessage {
  std::string role;  // "system", "user" or "assistant"
  std::string content;
};

// What a model's files say: the template, and the names of special tokens that
// it may write, such as bos_token.
struct ChatTemplateSource {
  std::filesystem::path file;
  std::string text;
  std::vector<std::pair<std::string, std::string>> token_names = {};
};

// Looks for chat_template.jinja, for chat_template in tokenizer_config.json, or
// in a GGUF file. Of several templates takes the one named "default". Nothing
// where the model has none. Throws BadInput where a file is damaged.
std::optional<ChatTemplateSource> find_chat_template(
    const std::filesystem::path& folder);

// A file with the template alone.
inline constexpr const char* kChatTemplateFile = "chat_template.jinja";

class ChatTemplate {
 public:
  // Throws BadInput with the line of what is not supported.
  explicit ChatTemplate(ChatTemplateSource source);

  // The conversation as one text, with `begins_answer` up to where an answer
  // follows. What the messages say is marked as given. Throws BadInput where
  // the template refuses them.
  MarkedText render(std::span<const ChatMessage> messages, bool begins_answer,
                    const std::tm& now) const;

 private:
  ChatTemplateSource source_;
  Template template_;
};

}  // namespace pi_ring
