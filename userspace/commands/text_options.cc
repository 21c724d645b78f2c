#include "userspace/commands/text_options.h"

#include <random>

#include "userspace/commands/limits.h"

namespace pi_ring {

void TextOptions::add_to(CLI::App& command) {
  command.add_option("-n,--tokens", limits.tokens, "The most tokens to add")
      ->check(between(0, kMostTokens))
      ->capture_default_str();
  command
      .add_option("--temperature,--temp", sampling.temperature,
                  "How random the choice is; 0: always the likeliest token")
      ->check(between(0.0, 100.0))
      ->capture_default_str();
  command
      .add_option("--top-p", sampling.top_p,
                  "Choose among the likeliest tokens that have this share")
      ->check(between(0.0, 1.0))
      ->capture_default_str();
  command
      .add_option("--top-k", sampling.top_k,
                  "Choose among the K likeliest; 0: all")
      ->check(between(0, kMostTokens))
      ->capture_default_str();
  command
      .add_option("--min-p", sampling.min_p,
                  "Leave out tokens less likely than this share of the "
                  "likeliest's probability")
      ->check(between(0.0, 1.0))
      ->capture_default_str();
  command
      .add_option("--repeat-penalty", sampling.repeat_penalty,
                  "Make the tokens of the last 64 less likely; 1: do not")
      ->check(between(0.01, 100.0))
      ->capture_default_str();
  command.add_option("--stop", limits.stop,
                     "End the text before this text; may be repeated");
  command.add_flag("--ignore-eos", limits.ignores_end,
                   "Never choose a token that ends the text");
  command
      .add_option("--seed", seed, "The same seed gives the same text [random]")
      ->check(pi_ring::seed());
}

SamplingOptions TextOptions::seeded() const {
  SamplingOptions options = sampling;
  options.seed = seed ? *seed : std::random_device{}();
  return options;
}

}  // namespace pi_ring
