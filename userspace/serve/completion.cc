// Joins pieces to an answer, or sends each as an event.
#include "userspace/serve/completion.h"

#include <utility>

#include "userspace/serve/api_error.h"
#include "userspace/serve/event_stream.h"

namespace pi_ring {
namespace {

using Clock = std::chrono::steady_clock;

ApiError engine_error(const std::string& reason) {
  return {503, "server_error", reason, {}, "engine_failed"};
}

}  // namespace

Completion::Completion(CompletionRequest request, CompletionForm form,
                       CompletionId id, std::shared_ptr<Answer> answer,
                       ServeMetrics& metrics)
    : request_(std::move(request)),
      form_(form),
      id_(std::move(id)),
      answer_(std::move(answer)),
      metrics_(metrics),
      last_piece_(Clock::now()) {}

std::vector<TextJob> Completion::jobs(
    const std::vector<std::vector<int>>& prompts,
    const std::vector<int>& ends) {
  std::vector<TextJob> jobs;
  const auto self = shared_from_this();
  for (const std::vector<int>& prompt : prompts) {
    prompt_tokens_ += static_cast<int>(prompt.size());
    for (int i = 0; i < request_.texts; ++i) {
      const size_t choice = jobs.size();
      TextJob job{
          .prompt = prompt,
          .limits = request_.limits,
          .sampling = request_.sampling,
          .ends = ends,
          .is_wanted = [self] { return !self->answer_->is_abandoned(); },
          .put = [self, choice](
                     const std::string& piece) { self->put(choice, piece); },
          .done =
              [self, choice](const TextOutcome& outcome) {
                self->finish(choice, outcome);
              }};
      job.sampling.seed += choice;
      jobs.push_back(std::move(job));
    }
  }
  choices_.resize(jobs.size());
  unfinished_ = jobs.size();
  return jobs;
}

void Completion::begin_stream() {
  answer_->begin_events();
  has_begun_ = true;
  if (form_ != CompletionForm::kChat) return;
  for (size_t i = 0; i < choices_.size(); ++i) {
    answer_->put_event(event_of(role_chunk(id_, i)));
  }
}

void Completion::put_event(const std::string& data) {
  if (!has_begun_) begin_stream();
  answer_->put_event(event_of(data));
}

void Completion::measure_piece() {
  const auto now = Clock::now();
  metrics_.measure_piece(!has_piece_, now - last_piece_);
  has_piece_ = true;
  last_piece_ = now;
}

void Completion::put(size_t choice, const std::string& piece) {
  const std::lock_guard lock(mutex_);
  measure_piece();
  if (!request_.is_streamed) {
    choices_[choice].text += piece;
  } else if (!piece.empty()) {
    put_event(completion_chunk(form_, id_, choice, piece, nullptr));
  }
}

void Completion::finish(size_t choice, const TextOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  choices_[choice].outcome = outcome;
  metrics_.count_tokens(outcome.tokens);
  if (request_.is_streamed && outcome.error.empty()) {
    put_event(completion_chunk(form_, id_, choice, "", &outcome.end));
  }
  if (--unfinished_ == 0) finish_all();
}

Usage Completion::usage() const {
  Usage usage{.prompt = prompt_tokens_};
  for (const Choice& choice : choices_) {
    usage.completion += choice.outcome.tokens;
  }
  return usage;
}

void Completion::send_error(const std::string& reason) {
  const ApiError error = engine_error(reason);
  if (has_begun_) {
    put_event(error.body());
    answer_->end_events();
  } else {
    answer_->send(error.reply());
  }
}

void Completion::finish_all() {
  for (const Choice& choice : choices_) {
    if (!choice.outcome.error.empty()) {
      return send_error(choice.outcome.error);
    }
  }
  if (request_.is_streamed) {
    if (request_.streams_usage) {
      put_event(usage_chunk(form_, id_, usage()));
    }
    put_event(std::string(kDone));
    answer_->end_events();
  } else {
    answer_->send({.body = completion_json(form_, id_, choices_, usage())});
  }
}

}  // namespace pi_ring
