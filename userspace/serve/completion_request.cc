// The fields of OpenAI's completions, and a few of pi-ring's own.
#include "userspace/serve/completion_request.h"

#include <cstdint>
#include <random>
#include <utility>

#include "userspace/serve/api_error.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr int64_t kMostTexts = 16;
constexpr size_t kMostPrompts = 16;
constexpr size_t kMostStops = 16;
constexpr int64_t kMostTokens = 1'000'000'000;
constexpr int64_t kUsualTokens = 16;  // OpenAI's
constexpr int64_t kUsualTokensOfGenerate = 256;

const char* const kPromptKinds =
    "a text, a list of tokens, or a list of 1 to 16 of these";

std::vector<int> tokens_from(const json& list, const RequestFields& fields) {
  std::vector<int> tokens;
  for (const json& token : list) {
    if (!token.is_number_integer() || token < 0 || token > INT32_MAX) {
      fields.refuse("prompt", kPromptKinds);
    }
    tokens.push_back(token.get<int>());
  }
  return tokens;
}

Prompt prompt_from(const json& value, const RequestFields& fields) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array() && !value.empty()) return tokens_from(value, fields);
  fields.refuse("prompt", kPromptKinds);
}

std::vector<Prompt> prompts_from(RequestFields& fields) {
  const json* value = fields.find("prompt");
  if (value == nullptr) fields.refuse("prompt", kPromptKinds);
  const bool is_one =
      !value->is_array() || value->empty() || value->front().is_number();
  if (is_one) return {prompt_from(*value, fields)};
  if (value->size() > kMostPrompts) fields.refuse("prompt", kPromptKinds);
  std::vector<Prompt> prompts;
  for (const json& prompt : *value) {
    prompts.push_back(prompt_from(prompt, fields));
  }
  return prompts;
}

std::vector<std::string> stops_from(RequestFields& fields) {
  const json* value = fields.find("stop");
  if (value == nullptr) return {};
  if (value->is_string()) return {value->get<std::string>()};
  const char* const kinds = "a text, or a list of at most 16";
  if (!value->is_array() || value->size() > kMostStops) {
    fields.refuse("stop", kinds);
  }
  std::vector<std::string> stops;
  for (const json& text : *value) {
    if (!text.is_string()) fields.refuse("stop", kinds);
    stops.push_back(text.get<std::string>());
  }
  return stops;
}

uint64_t seed_from(RequestFields& fields) {
  const json* value = fields.find("seed");
  if (value == nullptr) return std::random_device{}();
  if (value->is_number_unsigned()) return value->get<uint64_t>();
  return static_cast<uint64_t>(fields.whole("seed", INT64_MIN, INT64_MAX, 0));
}

SamplingOptions sampling_from(RequestFields& fields) {
  const auto number = [&](const char* name, double most, double otherwise) {
    return static_cast<float>(fields.number(name, 0, most, otherwise));
  };
  SamplingOptions sampling;
  sampling.temperature = number("temperature", 2, 1);
  sampling.top_p = number("top_p", 1, 1);
  sampling.top_k = static_cast<int>(fields.whole("top_k", 0, kMostTokens, 0));
  sampling.min_p = number("min_p", 1, 0);
  sampling.repeat_penalty =
      static_cast<float>(fields.number("repeat_penalty", 0.01, 100, 1));
  sampling.seed = seed_from(fields);
  return sampling;
}

TextLimits limits_from(RequestFields& fields, int64_t usual) {
  TextLimits limits;
  limits.tokens =
      static_cast<int>(fields.whole("max_tokens", 0, kMostTokens, usual));
  limits.stop = stops_from(fields);
  limits.ignores_end = fields.flag("ignore_eos", false);
  return limits;
}

bool streams_usage(RequestFields& fields, bool is_streamed) {
  const json* options = fields.find("stream_options");
  if (options == nullptr) return false;
  if (!is_streamed) {
    throw ApiError("stream_options is only for a request with stream",
                   "stream_options");
  }
  RequestFields within(*options, "stream_options");
  const bool usage = within.flag("include_usage", false);
  within.pass_over("include_obfuscation");
  within.check_all_known();
  return usage;
}

// What completions of texts and of chats have in common.
CompletionRequest read_texts(RequestFields& fields, int64_t usual_tokens) {
  CompletionRequest request;
  request.model = fields.text("model").value_or("");
  request.texts = static_cast<int>(fields.whole("n", 1, kMostTexts, 1));
  request.limits = limits_from(fields, usual_tokens);
  request.sampling = sampling_from(fields);
  request.is_streamed = fields.flag("stream", false);
  request.streams_usage = streams_usage(fields, request.is_streamed);
  fields.only("frequency_penalty", 0);
  fields.only("logit_bias", json::object());
  fields.only("presence_penalty", 0);
  fields.pass_over("user");
  return request;
}

// Parts of a message of another type, such as an image, are refused.
std::string content_from(RequestFields& message) {
  const json* content = message.find("content");
  if (content == nullptr) message.refuse("content", "a text");
  if (content->is_string()) return content->get<std::string>();
  const char* const kinds = "a text, or a list of parts of type \"text\"";
  if (!content->is_array()) message.refuse("content", kinds);
  std::string text;
  for (const json& part : *content) {
    if (!part.is_object() || part.value("type", json()) != "text" ||
        !part.contains("text") || !part["text"].is_string()) {
      message.refuse("content", kinds);
    }
    text += part["text"].get<std::string>();
  }
  return text;
}

// A "developer" is OpenAI's newer word for "system".
std::string role_from(RequestFields& message) {
  std::string role = message.text("role").value_or("");
  if (role == "developer") return "system";
  if (role == "system" || role == "user" || role == "assistant") return role;
  message.refuse("role", "system, developer, user or assistant");
}

std::vector<ChatMessage> messages_from(RequestFields& fields) {
  const json* list = fields.find("messages");
  if (list == nullptr || !list->is_array() || list->empty()) {
    fields.refuse("messages", "a list of messages");
  }
  std::vector<ChatMessage> messages;
  for (const json& entry : *list) {
    RequestFields message(entry,
                          "messages[" + std::to_string(messages.size()) + "]");
    messages.push_back(
        {.role = role_from(message), .content = content_from(message)});
    message.pass_over("name");
    message.only("refusal", nullptr);
    message.check_all_known();
  }
  return messages;
}

// max_completion_tokens is the newer name. Without a limit, the context is it.
void take_newer_limit(RequestFields& fields, TextLimits& limits) {
  limits.tokens = static_cast<int>(
      fields.whole("max_completion_tokens", 0, kMostTokens, limits.tokens));
}

}  // namespace

CompletionRequest read_completion(RequestFields fields) {
  CompletionRequest request = read_texts(fields, kUsualTokens);
  request.prompts = prompts_from(fields);
  fields.only("best_of", 1);
  fields.only("echo", false);
  fields.only("logprobs", nullptr);
  fields.only("suffix", nullptr);
  fields.check_all_known();
  return request;
}

ChatRequest read_chat(RequestFields fields) {
  ChatRequest request{.messages = messages_from(fields),
                      .texts = read_texts(fields, kMostTokens)};
  take_newer_limit(fields, request.texts.limits);
  fields.only("logprobs", false);
  fields.only("response_format", {{"type", "text"}});
  fields.only("tools", json::array());
  fields.only("tool_choice", "none");
  fields.pass_over("metadata");
  fields.pass_over("store");
  fields.check_all_known();
  return request;
}

CompletionRequest read_generate(RequestFields fields) {
  CompletionRequest request;
  request.prompts = prompts_from(fields);
  if (request.prompts.size() != 1) fields.refuse("prompt", "one text");
  request.limits = limits_from(fields, kUsualTokensOfGenerate);
  request.sampling = sampling_from(fields);
  fields.check_all_known();
  return request;
}

}  // namespace pi_ring
