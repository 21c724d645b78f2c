// A conversation with a model on a ring: what was said, and the answers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/chat/chat_format.h"
#include "model/text/tokenizer.h"
#include "userspace/commands/text_options.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/replay.h"
#include "userspace/ring/text/text_generator.h"

namespace pi_ring {

class ChatSession {
 public:
  // Gets an answer in pieces as it comes and a line end after it, and lines
  // about what goes on.
  struct Output {
    std::function<void(const std::string& piece)> answer;
    std::function<void(const std::string& line)> log;
  };

  // Without a format each message is the beginning of a text, which the model
  // continues. The ring has been greeted. What is given by reference must
  // outlive the session.
  ChatSession(Head& head, const Tokenizer& tokenizer,
              const std::optional<ChatFormat>& format, TextOptions options,
              Output output);

  // Answers the message. A signal to stop ends the answer: Ctrl-C leaves what
  // was written in the conversation, and others throw Interrupted. Throws
  // BadInput, and forgets the message, where it is longer than the context or
  // the template refuses it.
  void answer(const std::string& message);

  // Begins a new conversation, as a program that has just started would.
  void reset();
  // The text that stands before the conversation from now on; empty: none.
  void set_system(const std::string& text) { system_ = text; }

  // What was said, as a list of messages in JSON.
  std::string as_json() const;

  const GeneratedText& last_answer() const { return last_; }
  size_t messages() const { return messages_.size(); }
  // The tokens of the last prompt, and how many of these the ring had already.
  size_t prompt_tokens() const { return prompt_; }
  size_t kept_tokens() const { return replay_->kept(); }
  // How much of the context is in use.
  size_t tokens_in_context() const { return replay_->size(); }

 private:
  std::vector<ChatMessage> conversation(size_t from) const;
  std::vector<int> prompt_that_fits();
  std::vector<int> prompt_from(size_t first) const;
  void converse(const std::string& message);
  void continue_text(const std::string& beginning);
  bool write(const std::function<GeneratedText(const TextSink&)>& generate,
             std::string& text);
  void explain_end() const;

  Head& head_;
  const Tokenizer& tokenizer_;
  const std::optional<ChatFormat>& format_;
  TextOptions options_;
  Output output_;
  std::vector<int> ends_;
  std::string system_;
  std::vector<ChatMessage> messages_;
  size_t first_ = 0;  // the messages before it no longer fit
  size_t prompt_ = 0;
  std::optional<Replay> replay_;
  std::optional<Sampler> sampler_;
  GeneratedText last_;
};

}  // namespace pi_ring
