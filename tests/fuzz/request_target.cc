// A request's body: it is read as each kind of request, or refused in OpenAI's
// form.
#include <nlohmann/json.hpp>

#include "tests/fuzz/target.h"
#include "userspace/serve/api_error.h"
#include "userspace/serve/completion_request.h"

namespace pi_ring {
namespace {

// The reply has to be JSON, whatever the request quotes.
bool is_read(std::string_view bytes,
             CompletionRequest (*read)(RequestFields fields)) {
  try {
    const CompletionRequest request = read(RequestFields(bytes));
    require(!request.prompts.empty(), "a request without a prompt");
    require(request.texts >= 1, "a request for no text");
    require(request.limits.tokens >= 0, "fewer tokens than none");
    return true;
  } catch (const ApiError& error) {
    const auto reply = nlohmann::json::parse(error.reply().body);
    require(reply.at("error").at("message").is_string(), "no message");
    return false;
  }
}

bool accepts_request(std::string_view bytes) {
  const bool as_completion = is_read(bytes, read_completion);
  return is_read(bytes, read_generate) || as_completion;
}

std::vector<std::string> request_seeds() {
  return {
      R"({"model": "m", "prompt": "Once", "max_tokens": 5, "stop": ["a"]})",
      R"({"prompt": [[1, 2], [3]], "n": 2, "seed": -1, "temperature": 0.5})",
      R"({"prompt": "a", "stream": true,
          "stream_options": {"include_usage": true}})",
      R"({"prompt": ["a", "b"], "logit_bias": {}, "logprobs": null,
          "top_p": 1, "top_k": 4, "min_p": 0, "repeat_penalty": 1.1})",
  };
}

const AddedTarget kRequest({"request", accepts_request, request_seeds});

}  // namespace
}  // namespace pi_ring
