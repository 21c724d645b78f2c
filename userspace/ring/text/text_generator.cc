// Sample a token, pass it on, compute the next logits.
#include "userspace/ring/text/text_generator.h"

#include <algorithm>

#include "model/text/stop_texts.h"
#include "model/text/text_stream.h"

namespace pi_ring {
namespace {

using Clock = std::chrono::steady_clock;

class TextGenerator {
 public:
  TextGenerator(Replay& replay, const Tokenizer& tokenizer, Sampler& sampler,
                const TextLimits& limits, const TextSink& sink,
                std::span<const int> further_ends = {})
      : config_(replay.head().config()),
        replay_(replay),
        stream_(tokenizer),
        stop_(limits.stop),
        sampler_(sampler),
        limits_(limits),
        sink_(sink),
        ends_(config_.eos) {
    ends_.insert(ends_.end(), further_ends.begin(), further_ends.end());
    if (config_.bos != kNoToken) ends_.push_back(config_.bos);
  }

  GeneratedText write(std::span<const int> prompt) {
    const std::span<const float> logits = replay_.begin(prompt);
    for (const int token : prompt) {
      sampler_.see(token);
      sink_(stream_.next(token));
    }
    return continue_prompt(prompt.size(), logits);
  }

  GeneratedText answer(std::span<const int> prompt) {
    const std::span<const float> logits = replay_.resume(prompt);
    for (const int token : prompt) sampler_.see(token);
    return continue_prompt(prompt.size(), logits);
  }

 private:
  GeneratedText continue_prompt(size_t prompt, std::span<const float> logits) {
    if (limits_.ignores_end) sampler_.exclude(ends_);
    room_ = config_.context - static_cast<int>(prompt);
    text_.end = continue_text(logits);
    if (text_.end != TextEnd::kStopText) finish();
    text_.all_tokens = Clock::now() - start_;
    return text_;
  }

  TextEnd continue_text(std::span<const float> logits) {
    while (text_.tokens < limits_.tokens) {
      const int token = sampler_.sample(logits);
      if (text_.tokens == 0) text_.first_token = Clock::now() - start_;
      if (is_end(token)) return TextEnd::kEndToken;
      sampler_.see(token);
      sink_(stop_.next(stream_.next(token)));
      ++text_.tokens;
      if (stop_.has_come()) return TextEnd::kStopText;
      if (text_.tokens == limits_.tokens) break;
      if (room_-- == 0) return TextEnd::kContextFull;
      logits = replay_.add(token);
    }
    return TextEnd::kTokenLimit;
  }

  bool is_end(int token) const {
    return std::ranges::find(ends_, token) != ends_.end();
  }

  // A text that the model or a limit ended may hold a stop text in its last
  // piece.
  void finish() {
    sink_(stop_.next(stream_.finish()));
    if (stop_.has_come()) {
      text_.end = TextEnd::kStopText;
    } else {
      sink_(stop_.finish());
    }
  }

  const ModelConfig& config_;
  Replay& replay_;
  TextStream stream_;
  StopTexts stop_;
  Sampler& sampler_;
  const TextLimits& limits_;
  const TextSink& sink_;
  std::vector<int> ends_;  // tokens that end the text
  int room_ = 0;           // for tokens in the context
  Clock::time_point start_ = Clock::now();
  GeneratedText text_;
};

}  // namespace

GeneratedText generate_text(Head& head, const Tokenizer& tokenizer,
                            std::span<const int> prompt, Sampler& sampler,
                            const TextLimits& limits, const TextSink& sink,
                            const Replay::Log& log) {
  Replay replay(head, log);
  return TextGenerator(replay, tokenizer, sampler, limits, sink).write(prompt);
}

GeneratedText answer_prompt(Replay& replay, const Tokenizer& tokenizer,
                            std::span<const int> prompt, Sampler& sampler,
                            const TextLimits& limits, const TextSink& sink,
                            std::span<const int> further_ends) {
  return TextGenerator(replay, tokenizer, sampler, limits, sink, further_ends)
      .answer(prompt);
}

}  // namespace pi_ring
