// Makes one text at a time, in the order in which they were asked for.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "model/text/tokenizer.h"
#include "userspace/ring/text/head.h"
#include "userspace/serve/text_engine.h"

namespace pi_ring {

class OneTextEngine : public TextEngine {
 public:
  // Puts an error of the ring into words.
  using Explain = std::function<std::string(const LinkError&)>;

  // The head, which was greeted, and the tokenizer must outlive it. At most
  // `most_waiting` jobs wait, beside the one under way.
  OneTextEngine(Head& head, const Tokenizer& tokenizer, size_t most_waiting,
                Explain explain);
  // Ends the text under way before its next token.
  ~OneTextEngine() override;

  bool accept(std::vector<TextJob> jobs) override;
  EngineLoad load() const override;
  bool is_working() const override;

  // Hands back the jobs that wait. The text under way is finished.
  void finish();

  // Why it stopped by itself; empty: it has not.
  std::string failure() const;

 private:
  void work();
  bool take_next(TextJob& job);
  void make(const TextJob& job);
  void fail(const std::string& reason);

  const Tokenizer& tokenizer_;
  Replay replay_;
  size_t most_waiting_;
  Explain explain_;

  mutable std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<TextJob> waiting_;
  bool is_running_ = false;
  bool finishes_ = false;
  std::string failure_;
  std::atomic<bool> is_cut_short_ = false;
  std::thread thread_;
};

}  // namespace pi_ring
