// JSON of completions, of texts and of chats.
#include "userspace/serve/completion_reply.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

const char* reason_of(TextEnd end) {
  return end == TextEnd::kEndToken || end == TextEnd::kStopText ? "stop"
                                                                : "length";
}

ordered_json object_of(const CompletionId& id, const char* kind) {
  return {{"id", id.id},
          {"object", kind},
          {"created", id.created},
          {"model", id.model}};
}

const char* kind_of_whole(CompletionForm form) {
  return form == CompletionForm::kChat ? "chat.completion" : "text_completion";
}

const char* kind_of_chunk(CompletionForm form) {
  return form == CompletionForm::kChat ? "chat.completion.chunk"
                                       : "text_completion";
}

ordered_json usage_object(const Usage& usage) {
  return {{"prompt_tokens", usage.prompt},
          {"completion_tokens", usage.completion},
          {"total_tokens", usage.prompt + usage.completion}};
}

// `text` is named and formed as the kind of answer has it.
ordered_json choice_object(size_t index, const char* name, ordered_json text,
                           const TextEnd* end) {
  ordered_json reason;
  if (end != nullptr) reason = reason_of(*end);
  return {{"index", index},
          {name, std::move(text)},
          {"logprobs", nullptr},
          {"finish_reason", reason}};
}

ordered_json whole_choice(CompletionForm form, size_t index,
                          const Choice& choice) {
  const TextEnd* end = &choice.outcome.end;
  if (form == CompletionForm::kText) {
    return choice_object(index, "text", choice.text, end);
  }
  return choice_object(
      index, "message",
      {{"role", "assistant"}, {"content", choice.text}, {"refusal", nullptr}},
      end);
}

std::string generate_json(const Choice& choice) {
  const ordered_json object = {
      {"text", choice.text},
      {"tokens", choice.outcome.tokens},
      {"finish_reason", reason_of(choice.outcome.end)}};
  return object.dump();
}

std::string chunk_of(CompletionForm form, const CompletionId& id,
                     ordered_json choices) {
  ordered_json object = object_of(id, kind_of_chunk(form));
  object["choices"] = std::move(choices);
  return object.dump();
}

}  // namespace

CompletionId new_completion_id(CompletionForm form, const std::string& model) {
  std::random_device draw;
  std::array<char, 40> id{};
  std::snprintf(id.data(), id.size(), "%s-%08x%08x%08x",
                form == CompletionForm::kChat ? "chatcmpl" : "cmpl", draw(),
                draw(), draw());
  return {.id = id.data(), .created = std::time(nullptr), .model = model};
}

std::string completion_json(CompletionForm form, const CompletionId& id,
                            const std::vector<Choice>& choices,
                            const Usage& usage) {
  if (form == CompletionForm::kGenerate) return generate_json(choices.front());
  ordered_json list = ordered_json::array();
  for (size_t i = 0; i < choices.size(); ++i) {
    list.push_back(whole_choice(form, i, choices[i]));
  }
  ordered_json object = object_of(id, kind_of_whole(form));
  object["choices"] = std::move(list);
  object["usage"] = usage_object(usage);
  return object.dump();
}

std::string completion_chunk(CompletionForm form, const CompletionId& id,
                             size_t choice, const std::string& piece,
                             const TextEnd* end) {
  if (form != CompletionForm::kChat) {
    return chunk_of(
        form, id,
        ordered_json::array({choice_object(choice, "text", piece, end)}));
  }
  ordered_json delta = ordered_json::object();
  if (!piece.empty()) delta["content"] = piece;
  return chunk_of(form, id,
                  ordered_json::array(
                      {choice_object(choice, "delta", std::move(delta), end)}));
}

std::string role_chunk(const CompletionId& id, size_t choice) {
  const ordered_json delta = {{"role", "assistant"}, {"content", ""}};
  return chunk_of(
      CompletionForm::kChat, id,
      ordered_json::array({choice_object(choice, "delta", delta, nullptr)}));
}

std::string usage_chunk(CompletionForm form, const CompletionId& id,
                        const Usage& usage) {
  ordered_json object = object_of(id, kind_of_chunk(form));
  object["choices"] = ordered_json::array();
  object["usage"] = usage_object(usage);
  return object.dump();
}

}  // namespace pi_ring
