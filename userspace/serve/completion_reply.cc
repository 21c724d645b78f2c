// JSON of text_completion objects.
#include "userspace/serve/completion_reply.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

const char* reason_of(TextEnd end) {
  return end == TextEnd::kEndToken || end == TextEnd::kStopText ? "stop"
                                                                : "length";
}

ordered_json object_of(const CompletionId& id) {
  return {{"id", id.id},
          {"object", "text_completion"},
          {"created", id.created},
          {"model", id.model}};
}

ordered_json usage_object(const Usage& usage) {
  return {{"prompt_tokens", usage.prompt},
          {"completion_tokens", usage.completion},
          {"total_tokens", usage.prompt + usage.completion}};
}

ordered_json choice_object(size_t index, const std::string& text,
                           const TextEnd* end) {
  ordered_json reason;
  if (end != nullptr) reason = reason_of(*end);
  return {{"text", text},
          {"index", index},
          {"logprobs", nullptr},
          {"finish_reason", reason}};
}

}  // namespace

CompletionId new_completion_id(const std::string& model) {
  std::random_device draw;
  std::array<char, 40> id{};
  std::snprintf(id.data(), id.size(), "cmpl-%08x%08x%08x", draw(), draw(),
                draw());
  return {.id = id.data(), .created = std::time(nullptr), .model = model};
}

std::string completion_json(const CompletionId& id,
                            const std::vector<Choice>& choices,
                            const Usage& usage) {
  ordered_json list = ordered_json::array();
  for (size_t i = 0; i < choices.size(); ++i) {
    list.push_back(choice_object(i, choices[i].text, &choices[i].outcome.end));
  }
  ordered_json object = object_of(id);
  object["choices"] = std::move(list);
  object["usage"] = usage_object(usage);
  return object.dump();
}

std::string completion_chunk(const CompletionId& id, size_t choice,
                             const std::string& piece, const TextEnd* end) {
  ordered_json object = object_of(id);
  object["choices"] = ordered_json::array({choice_object(choice, piece, end)});
  return object.dump();
}

std::string usage_chunk(const CompletionId& id, const Usage& usage) {
  ordered_json object = object_of(id);
  object["choices"] = ordered_json::array();
  object["usage"] = usage_object(usage);
  return object.dump();
}

std::string generate_json(const Choice& choice) {
  const ordered_json object = {
      {"text", choice.text},
      {"tokens", choice.outcome.tokens},
      {"finish_reason", reason_of(choice.outcome.end)}};
  return object.dump();
}

}  // namespace pi_ring
