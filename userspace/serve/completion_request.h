// What POST /v1/completions and the like ask for.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "model/chat/chat_template.h"
#include "model/text/sampler.h"
#include "userspace/ring/text/text_generator.h"
#include "userspace/serve/request_fields.h"

namespace pi_ring {

// A text, or tokens.
using Prompt = std::variant<std::string, std::vector<int>>;

struct CompletionRequest {
  std::string model;  // empty: not said
  std::vector<Prompt> prompts;
  int texts = 1;  // a prompt
  TextLimits limits;
  SamplingOptions sampling;
  bool is_streamed = false;
  bool streams_usage = false;
};

// Throws ApiError, which names the field.
CompletionRequest read_completion(RequestFields fields);

struct ChatRequest {
  std::vector<ChatMessage> messages;
  CompletionRequest texts;  // without prompts
};

// The same of POST /v1/chat/completions.
ChatRequest read_chat(RequestFields fields);

// The same of POST /generate/, which has fewer fields.
CompletionRequest read_generate(RequestFields fields);

}  // namespace pi_ring
