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
  TextGenerator(Head& head, const Tokenizer& tokenizer, Sampler& sampler,
                const TextLimits& limits, const TextSink& sink,
                const Replay::Log& log)
      : config_(head.config()),
        replay_(head, log),
        stream_(tokenizer),
        stop_(limits.stop),
        sampler_(sampler),
        limits_(limits),
        sink_(sink) {}

  GeneratedText write(std::span<const int> prompt) {
    std::span<const float> logits = replay_.begin(prompt);
    for (const int token : prompt) {
      sampler_.see(token);
      sink_(stream_.next(token));
    }
    if (limits_.ignores_end) sampler_.exclude(end_tokens());
    room_ = config_.context - static_cast<int>(prompt.size());
    text_.end = continue_text(logits);
    if (text_.end != TextEnd::kStopText) finish();
    text_.all_tokens = Clock::now() - start_;
    return text_;
  }

 private:
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

  std::vector<int> end_tokens() const {
    std::vector<int> tokens = config_.eos;
    if (config_.bos != kNoToken) tokens.push_back(config_.bos);
    return tokens;
  }

  bool is_end(int token) const {
    return token == config_.bos ||
           std::ranges::find(config_.eos, token) != config_.eos.end();
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
  Replay replay_;
  TextStream stream_;
  StopTexts stop_;
  Sampler& sampler_;
  const TextLimits& limits_;
  const TextSink& sink_;
  int room_ = 0;  // for tokens in the context
  Clock::time_point start_ = Clock::now();
  GeneratedText text_;
};

}  // namespace

GeneratedText generate_text(Head& head, const Tokenizer& tokenizer,
                            std::span<const int> prompt, Sampler& sampler,
                            const TextLimits& limits, const TextSink& sink,
                            const Replay::Log& log) {
  return TextGenerator(head, tokenizer, sampler, limits, sink, log)
      .write(prompt);
}

}  // namespace pi_ring
