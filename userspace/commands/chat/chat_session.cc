#include "userspace/commands/chat/chat_session.h"

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/interruption.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

// One token in four of the context is kept free for an answer.
constexpr int kShareForAnswer = 4;

// Ends an answer at a signal.
struct AnswerStopped {
  int signal;
};

}  // namespace

ChatSession::ChatSession(Head& head, const Tokenizer& tokenizer,
                         const std::optional<ChatFormat>& format,
                         TextOptions options, Output output)
    : head_(head),
      tokenizer_(tokenizer),
      format_(format),
      options_(std::move(options)),
      output_(std::move(output)) {
  if (format_) ends_ = format_->ends_of_answer();
  reset();
}

void ChatSession::reset() {
  messages_.clear();
  first_ = 0;
  prompt_ = 0;
  last_ = {};
  replay_.emplace(head_, output_.log);
  sampler_.emplace(options_.seeded());
}

void ChatSession::answer(const std::string& message) {
  if (format_) {
    converse(message);
  } else {
    continue_text(message);
  }
}

void ChatSession::converse(const std::string& message) {
  messages_.push_back({.role = "user", .content = message});
  std::vector<int> prompt;
  try {
    prompt = prompt_that_fits();
  } catch (const BadInput&) {
    messages_.pop_back();
    throw;
  }
  prompt_ = prompt.size();
  std::string text;
  const bool is_whole = write(
      [&](const TextSink& sink) {
        return answer_prompt(*replay_, tokenizer_, prompt, *sampler_,
                             options_.limits, sink, ends_);
      },
      text);
  messages_.push_back({.role = "assistant", .content = text});
  output_.answer("\n");
  if (is_whole) explain_end();
}

void ChatSession::continue_text(const std::string& beginning) {
  const std::vector<int> prompt = tokenizer_.encode(beginning);
  prompt_ = prompt.size();
  if (std::cmp_greater(prompt_, head_.config().context)) {
    throw BadInput("the beginning is " + grouped(prompt_) + " tokens long, " +
                   head_.config().name + " can hold " +
                   grouped(head_.config().context));
  }
  std::string text;
  output_.answer(beginning);
  const bool is_whole = write(
      [&](const TextSink& sink) {
        return answer_prompt(*replay_, tokenizer_, prompt, *sampler_,
                             options_.limits, sink, {});
      },
      text);
  messages_.push_back({.role = "user", .content = beginning});
  messages_.push_back({.role = "assistant", .content = text});
  output_.answer("\n");
  if (is_whole) explain_end();
}

// Returns whether the answer ended by itself.
bool ChatSession::write(
    const std::function<GeneratedText(const TextSink&)>& generate,
    std::string& text) {
  const StopRequest request;
  try {
    last_ = generate([&](const std::string& piece) {
      if (const int signal = StopRequest::signal(); signal != 0) {
        throw AnswerStopped{signal};
      }
      text += piece;
      output_.answer(piece);
    });
  } catch (const AnswerStopped& stopped) {
    if (stopped.signal != SIGINT) throw Interrupted{stopped.signal};
    return false;
  }
  return true;
}

std::vector<ChatMessage> ChatSession::conversation(size_t from) const {
  std::vector<ChatMessage> all;
  if (!system_.empty()) all.push_back({.role = "system", .content = system_});
  all.insert(all.end(), messages_.begin() + static_cast<ptrdiff_t>(from),
             messages_.end());
  return all;
}

std::vector<int> ChatSession::prompt_from(size_t first) const {
  std::vector<int> prompt = format_->tokens(conversation(first));
  if (prompt.empty()) {
    throw BadInput("the model's chat template writes nothing");
  }
  return prompt;
}

// Leaves out the oldest turns until there is room for an answer.
std::vector<int> ChatSession::prompt_that_fits() {
  const int context = head_.config().context;
  const int room = std::min(options_.limits.tokens, context / kShareForAnswer);
  size_t first = first_;
  std::vector<int> prompt = prompt_from(first);
  const size_t all = prompt.size();
  while (std::cmp_greater(prompt.size(), context - room) &&
         first + 2 < messages_.size()) {
    first += 2;  // a message and its answer
    prompt = prompt_from(first);
  }
  if (std::cmp_greater(prompt.size(), context)) {
    throw BadInput("the message is too long: with what belongs to it, it is " +
                   grouped(prompt.size()) + " tokens, and " +
                   head_.config().name + " can hold " + grouped(context));
  }
  if (first != first_) {
    output_.log("the conversation is " + grouped(all) + " tokens long, and " +
                head_.config().name + " can hold " + grouped(context) +
                ": its oldest " + grouped(first) +
                " messages are left out from here on; /reset begins a new one");
  }
  first_ = first;
  return prompt;
}

void ChatSession::explain_end() const {
  if (last_.end == TextEnd::kContextFull) {
    output_.log("the answer ends because the context of " +
                grouped(head_.config().context) +
                " tokens is full; the next message makes room by leaving out "
                "the oldest ones");
  } else if (last_.end == TextEnd::kTokenLimit) {
    output_.log("the answer ends after " + grouped(last_.tokens) +
                " tokens; -n allows more");
  }
}

std::string ChatSession::as_json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ChatMessage& message : conversation(0)) {
    list.push_back({{"role", message.role}, {"content", message.content}});
  }
  return list.dump(2) + "\n";
}

}  // namespace pi_ring
