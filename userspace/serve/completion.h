// One request for texts under way: gathers what the engine makes and answers.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "userspace/serve/answer.h"
#include "userspace/serve/completion_reply.h"
#include "userspace/serve/completion_request.h"
#include "userspace/serve/serve_metrics.h"
#include "userspace/serve/text_engine.h"

namespace pi_ring {

// The jobs that it makes keep it alive until the last is done.
class Completion : public std::enable_shared_from_this<Completion> {
 public:
  Completion(CompletionRequest request, CompletionForm form, CompletionId id,
             std::shared_ptr<Answer> answer, ServeMetrics& metrics);

  // One job for each text; `prompts` are the tokens of the request's prompts,
  // and `ends` those that end a text beside the model's.
  std::vector<TextJob> jobs(const std::vector<std::vector<int>>& prompts,
                            const std::vector<int>& ends);

 private:
  void put(size_t choice, const std::string& piece);
  void finish(size_t choice, const TextOutcome& outcome);
  void finish_all();
  // At the first event: an error before it still has a status of its own.
  void begin_stream();
  void put_event(const std::string& data);
  void measure_piece();
  void send_error(const std::string& reason);
  Usage usage() const;

  CompletionRequest request_;
  CompletionForm form_;
  CompletionId id_;
  std::shared_ptr<Answer> answer_;
  ServeMetrics& metrics_;
  // Guards what follows: the engine may return one text from another thread
  // while it makes the next.
  std::mutex mutex_;
  std::vector<Choice> choices_;
  size_t unfinished_ = 0;
  int prompt_tokens_ = 0;
  std::chrono::steady_clock::time_point last_piece_;
  bool has_piece_ = false;
  bool has_begun_ = false;  // a stream
};

}  // namespace pi_ring
