// What the server says of texts, whole or token by token, in OpenAI's form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "userspace/serve/text_engine.h"

namespace pi_ring {

// What all replies to one request have in common.
struct CompletionId {
  std::string id;
  int64_t created = 0;  // seconds since 1970
  std::string model;
};

enum class CompletionForm { kText, kChat, kGenerate };

// Draws an id.
CompletionId new_completion_id(CompletionForm form, const std::string& model);

struct Choice {
  std::string text;
  TextOutcome outcome;
};

struct Usage {
  int prompt = 0;
  int completion = 0;
};

// The whole answer; of kGenerate only the first text.
std::string completion_json(CompletionForm form, const CompletionId& id,
                            const std::vector<Choice>& choices,
                            const Usage& usage);

// One piece of one choice; `end` is null until the last.
std::string completion_chunk(CompletionForm form, const CompletionId& id,
                             size_t choice, const std::string& piece,
                             const TextEnd* end);
// Says that an assistant speaks, before the pieces of a chat.
std::string role_chunk(const CompletionId& id, size_t choice);
std::string usage_chunk(CompletionForm form, const CompletionId& id,
                        const Usage& usage);

}  // namespace pi_ring
