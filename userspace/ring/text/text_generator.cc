// Sample a token, pass it on, compute the next logits.
#include "userspace/ring/text/text_generator.h"

#include "model/text/text_stream.h"

namespace pi_ring {
namespace {

using Clock = std::chrono::steady_clock;

class TextGenerator {
 public:
  TextGenerator(Head& head, const Tokenizer& tokenizer, Sampler& sampler,
                const TextSink& sink, const Replay::Log& log)
      : config_(head.config()),
        replay_(head, log),
        stream_(tokenizer),
        sampler_(sampler),
        sink_(sink) {}

  GeneratedText write(std::span<const int> prompt, int most_tokens) {
    std::span<const float> logits = replay_.begin(prompt);
    for (const int token : prompt) sink_(stream_.next(token));
    room_ = config_.context - static_cast<int>(prompt.size());
    text_.end = continue_text(logits, most_tokens);
    sink_(stream_.finish());
    text_.all_tokens = Clock::now() - start_;
    return text_;
  }

 private:
  TextEnd continue_text(std::span<const float> logits, int most_tokens) {
    while (text_.tokens < most_tokens) {
      const int token = sampler_.sample(logits);
      if (text_.tokens == 0) text_.first_token = Clock::now() - start_;
      if (token == config_.bos || token == config_.eos) {
        return TextEnd::kEndToken;
      }
      sink_(stream_.next(token));
      if (++text_.tokens == most_tokens) break;
      if (room_-- == 0) return TextEnd::kContextFull;
      logits = replay_.add(token);
    }
    return TextEnd::kTokenLimit;
  }

  const ModelConfig& config_;
  Replay replay_;
  TextStream stream_;
  Sampler& sampler_;
  const TextSink& sink_;
  int room_ = 0;  // for tokens in the context
  Clock::time_point start_ = Clock::now();
  GeneratedText text_;
};

}  // namespace

GeneratedText generate_text(Head& head, const Tokenizer& tokenizer,
                            std::span<const int> prompt, Sampler& sampler,
                            int most_tokens, const TextSink& sink,
                            const Replay::Log& log) {
  return TextGenerator(head, tokenizer, sampler, sink, log)
      .write(prompt, most_tokens);
}

}  // namespace pi_ring
