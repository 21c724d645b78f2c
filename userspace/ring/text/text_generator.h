// Writes a text, one token after the other: for a command, a server, or a
// sample during a training.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/text/sampler.h"
#include "model/text/tokenizer.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/replay.h"

namespace pi_ring {

// Why a text ended.
enum class TextEnd {
  kEndToken,     // the model ended it
  kStopText,     // a text followed at which the caller wants it to end
  kTokenLimit,   // it has as many tokens as were asked for
  kContextFull,  // the model's context holds no more tokens
};

// Where a text has to end.
struct TextLimits {
  int tokens = 0;                      // the most after the prompt
  std::vector<std::string> stop = {};  // it ends before any of these
  bool ignores_end = false;            // the model cannot end it
};

struct GeneratedText {
  TextEnd end = TextEnd::kTokenLimit;
  int tokens = 0;  // after the prompt
  // Both count from the beginning of the prompt.
  std::chrono::duration<double> first_token{};
  std::chrono::duration<double> all_tokens{};
};

// Receives the text in pieces of whole characters, the prompt's first.
using TextSink = std::function<void(const std::string& piece)>;

// Continues `prompt` within the limits on a ring that has been greeted. Where
// the ring breaks the text goes on, and `log` gets a line.
GeneratedText generate_text(Head& head, const Tokenizer& tokenizer,
                            std::span<const int> prompt, Sampler& sampler,
                            const TextLimits& limits, const TextSink& sink,
                            const Replay::Log& log);

// The same on a ring that `replay` knows, which keeps what it has of the prompt
// and is left with the whole text. The prompt is no part of what `sink` gets,
// which may throw to end the text. Of the tokens that end a text there are more
// than the model's config says.
GeneratedText answer_prompt(Replay& replay, const Tokenizer& tokenizer,
                            std::span<const int> prompt, Sampler& sampler,
                            const TextLimits& limits, const TextSink& sink,
                            std::span<const int> further_ends);

}  // namespace pi_ring
