// A thread that takes jobs from a queue.
#include "userspace/serve/one_text_engine.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "model/base/start_thread.h"

namespace pi_ring {
namespace {

// Thrown through the generator's loop, where a text is not wanted any more.
struct NotWanted {};

constexpr const char* kStopping = "the server is stopping";

void hand_back(std::deque<TextJob>& jobs, const std::string& reason) {
  for (const TextJob& job : jobs) job.done({.error = reason});
  jobs.clear();
}

}  // namespace

OneTextEngine::OneTextEngine(Head& head, const Tokenizer& tokenizer,
                             size_t most_waiting, Explain explain)
    : tokenizer_(tokenizer),
      replay_(head, [](const std::string&) {}),
      most_waiting_(most_waiting),
      explain_(std::move(explain)),
      thread_(start_thread([this] { work(); })) {}

OneTextEngine::~OneTextEngine() {
  is_cut_short_ = true;
  finish();
  thread_.join();
}

bool OneTextEngine::accept(std::vector<TextJob> jobs) {
  const std::lock_guard lock(mutex_);
  // Nobody waits where nothing is under way.
  const size_t room = most_waiting_ + (is_running_ ? 0 : 1);
  if (finishes_ || waiting_.size() + jobs.size() > room) return false;
  std::ranges::move(jobs, std::back_inserter(waiting_));
  has_work_.notify_one();
  return true;
}

EngineLoad OneTextEngine::load() const {
  const std::lock_guard lock(mutex_);
  return {.waiting = static_cast<int>(waiting_.size()),
          .running = is_running_ ? 1 : 0};
}

bool OneTextEngine::is_working() const {
  const std::lock_guard lock(mutex_);
  return !finishes_;
}

std::string OneTextEngine::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void OneTextEngine::finish() {
  std::deque<TextJob> returned;
  {
    const std::lock_guard lock(mutex_);
    finishes_ = true;
    returned.swap(waiting_);
    has_work_.notify_one();
  }
  hand_back(returned, kStopping);
}

void OneTextEngine::fail(const std::string& reason) {
  std::deque<TextJob> returned;
  {
    const std::lock_guard lock(mutex_);
    finishes_ = true;
    failure_ = reason;
    returned.swap(waiting_);
  }
  hand_back(returned, reason);
}

bool OneTextEngine::take_next(TextJob& job) {
  std::unique_lock lock(mutex_);
  is_running_ = false;
  has_work_.wait(lock, [this] { return finishes_ || !waiting_.empty(); });
  if (waiting_.empty()) return false;
  job = std::move(waiting_.front());
  waiting_.pop_front();
  is_running_ = true;
  return true;
}

void OneTextEngine::work() {
  TextJob job;
  while (take_next(job)) {
    try {
      make(job);
    } catch (const NotWanted&) {
      job.done({.error = "the client is gone"});
    } catch (const LinkError& error) {
      const std::string reason = explain_(error);
      job.done({.error = reason});
      fail(reason);
    } catch (const std::exception& error) {
      job.done({.error = error.what()});
      fail(error.what());
    }
  }
}

void OneTextEngine::make(const TextJob& job) {
  const TextSink sink = [&](const std::string& piece) {
    if (is_cut_short_ || !job.is_wanted()) throw NotWanted();
    job.put(piece);
  };
  if (!job.is_wanted()) throw NotWanted();
  Sampler sampler(job.sampling);
  const GeneratedText text = answer_prompt(replay_, tokenizer_, job.prompt,
                                           sampler, job.limits, sink, job.ends);
  job.done({.end = text.end, .tokens = text.tokens, .error = {}});
}

}  // namespace pi_ring
