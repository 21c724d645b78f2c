// `pi-ring generate`: continues a prompt on a ring of ranks.
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "model/architecture/cut.h"
#include "model/base/bad_input.h"
#include "model/folder/model_folder.h"
#include "model/folder/weights.h"
#include "model/text/sampler.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "userspace/commands/command.h"
#include "userspace/commands/generate/generate_stats.h"
#include "userspace/commands/generate/prompt.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/loading_progress.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/ranks.h"
#include "userspace/commands/ring_options.h"
#include "userspace/commands/text_output.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/text_generator.h"
#include "userspace/ring/text/text_rank.h"

namespace pi_ring {
namespace {

struct GenerateOptions {
  PromptOptions prompt;
  std::filesystem::path model = demo_model();
  RingOptions ring;
  TextLimits limits{.tokens = 256};
  std::optional<uint64_t> seed;
  SamplingOptions sampling;
  bool special = false;
  bool stats = false;
  bool json = false;
};

// One run, from the prompt to the figures.
class Generation {
 public:
  Generation(const GenerateOptions& options, const std::string& prompt,
             const ModelFolder& model, const Cut& cut, const Weights& weights,
             const RankOptions& rank, const RingPlace& ring,
             const LoadingCounters& counters)
      : options_(options),
        ring_(ring),
        config_(weights.config()),
        cut_(cut),
        tokenizer_(model.tokenizer_folder(), config_.vocab),
        prompt_(encode_prompt(prompt)),
        loading_(std::make_unique<LoadingProgress>(counters)),
        head_(rank, weights, ring.up, ring.down) {}

  void run() {
    try {
      greet();
      write_text();
      report();
    } catch (const LinkError& error) {
      const std::string reason = ring_.explain(error);
      if (is_within_line_) write_output("\n");
      throw RingError(reason);
    }
  }

 private:
  void greet() {
    head_.greet();
    loading_.reset();
    if (!config_.note.empty()) {
      tell_user(config_.name + ": " + config_.note);
    }
    if (ring_.ranks_are_services) tell_user(describe_ring());
  }

  void write_text() {
    Sampler sampler(options_.sampling);
    const GeneratedText text = generate_text(
        head_, tokenizer_, prompt_, sampler, options_.limits,
        [this](const std::string& piece) { put(piece); },
        [this](const std::string& what) { tell_in_between(what); });
    figures_ = {.prompt = static_cast<int>(prompt_.size()),
                .text = text,
                .row_format = options_.ring.row_format};
  }

  std::string describe_ring() const {
    const int ranks = head_.ranks();
    std::string layers;
    for (const Shard& shard : cut_) {
      if (shard.begin == shard.end) continue;
      layers += " [" + std::to_string(shard.begin) + "," +
                std::to_string(shard.end) + ")";
    }
    return "ring of " + std::to_string(ranks) +
           " is complete: " + config_.name + ", layers" + layers +
           ", head here";
  }

  std::vector<int> encode_prompt(const std::string& prompt) const {
    std::vector<int> tokens =
        tokenizer_.encode(prompt, options_.special ? SpecialTokens::kAreFound
                                                   : SpecialTokens::kAreText);
    if (tokens.empty()) tokens.push_back(first_token());
    if (tokens.size() > static_cast<size_t>(config_.context)) {
      throw BadInput("the prompt is " + std::to_string(tokens.size()) +
                     " tokens long, " + config_.name + " can hold " +
                     std::to_string(config_.context));
    }
    return tokens;
  }

  // What an empty text begins with, where the tokenizer puts nothing before a
  // text.
  int first_token() const {
    if (config_.bos != kNoToken) return config_.bos;
    if (!config_.eos.empty()) return config_.eos.front();
    throw BadInput("the prompt is empty, and " + config_.name +
                   " has no token that begins a text");
  }

  void put(const std::string& piece) {
    if (options_.json) {
      text_ += piece;
      return;
    }
    write_output(piece);
    if (!piece.empty()) is_within_line_ = piece.back() != '\n';
  }

  // The text goes on after it, so the line is ended on the screen only.
  void tell_in_between(const std::string& what) const {
    if (is_within_line_ && isatty(STDOUT_FILENO) == 1) std::cerr << '\n';
    tell_user(what);
  }

  void report() {
    if (options_.json) {
      write_output(stats_json(figures_, figures_of_ranks(), text_) + "\n");
      return;
    }
    write_output("\n");
    if (figures_.text.end == TextEnd::kContextFull) {
      tell_user("the text ends because the context of " +
                std::to_string(config_.context) + " tokens is full");
    }
    if (options_.stats) {
      std::cerr << stats_table(figures_, figures_of_ranks());
    }
  }

  // The text is complete, so the run does not fail where these are lost.
  std::vector<RankStats> figures_of_ranks() {
    try {
      return head_.stats();
    } catch (const RingBroken& error) {
      tell_user(std::string("the ranks' figures are lost: ") + error.what());
      return {};
    }
  }

  const GenerateOptions& options_;
  const RingPlace& ring_;
  const ModelConfig& config_;
  const Cut& cut_;
  Tokenizer tokenizer_;
  std::vector<int> prompt_;
  std::unique_ptr<LoadingProgress> loading_;  // until all ranks have loaded
  Head head_;
  std::string text_;
  bool is_within_line_ = false;  // of the text on standard output
  GenerationFigures figures_;
};

// The weights of the ranks on this machine: all of them, or the head alone.
std::vector<Weights> weights_of(const ModelFolder& model, const Cut& cut,
                                bool is_over_devices) {
  std::vector<Weights> weights;
  for (const Shard& shard : cut) {
    if (shard.is_head() || !is_over_devices) weights.emplace_back(model, shard);
  }
  return weights;
}

void generate(GenerateOptions options) {
  options.sampling.seed = options.seed ? *options.seed : std::random_device{}();
  const std::string prompt = options.prompt.read();
  const ModelFolder model = open_model(options.model);
  const Cut cut = choose_cut(model, options.ring.ranks);
  std::vector<Weights> weights =
      weights_of(model, cut, options.ring.is_over_devices());
  const LoadingCounters counters(weights);
  const int ranks = static_cast<int>(cut.size());
  RankOptions rank = options.ring.head_options(ranks);
  rank.cache_type = options.ring.cache_type(model.config());
  const RingPlace ring = options.ring.join(
      ranks, [&rank, &weights](int index, Link& up, Link& down) {
        rank.rank = index;
        // The head has to time out first: it knows best which rank to name.
        rank.patience *= 2;
        const Weights& own = weights[static_cast<size_t>(index)];
        return run_text_rank(rank, own, up, down);
      });
  Generation(options, prompt, model, cut, weights.back(), rank, ring, counters)
      .run();
}

}  // namespace

void add_generate(CLI::App& app) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App* command = app.add_subcommand(
      "generate", "Continues a prompt; text goes to standard output");
  options->prompt.add_to(*command);
  command
      ->add_option("-m,--model", options->model,
                   "A model's folder, shards that `pi-ring shard` wrote, a "
                   "checkpoint, or a training run for its newest checkpoint")
      ->capture_default_str();
  options->ring.add_to(*command);
  options->ring.add_wire_to(*command);
  options->ring.add_kv_to(*command);
  command
      ->add_option("-n,--tokens", options->limits.tokens,
                   "The most tokens to add")
      ->check(between(0, kMostTokens))
      ->capture_default_str();
  command
      ->add_option("--temperature,--temp", options->sampling.temperature,
                   "How random the choice is; 0: always the likeliest token")
      ->check(between(0.0, 100.0))
      ->capture_default_str();
  command
      ->add_option("--top-p", options->sampling.top_p,
                   "Choose among the likeliest tokens that have this share")
      ->check(between(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option("--top-k", options->sampling.top_k,
                   "Choose among the K likeliest; 0: all")
      ->check(between(0, kMostTokens))
      ->capture_default_str();
  command
      ->add_option("--min-p", options->sampling.min_p,
                   "Leave out tokens less likely than this share of the "
                   "likeliest's probability")
      ->check(between(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option("--repeat-penalty", options->sampling.repeat_penalty,
                   "Make the tokens of the last 64 less likely; 1: do not")
      ->check(between(0.01, 100.0))
      ->capture_default_str();
  command->add_option("--stop", options->limits.stop,
                      "End the text before this text; may be repeated");
  command->add_flag("--ignore-eos", options->limits.ignores_end,
                    "Never choose a token that ends the text");
  command
      ->add_option("--seed", options->seed,
                   "The same seed gives the same text [random]")
      ->check(seed());
  command->add_flag("--special", options->special,
                    "Names of special tokens in the prompt are the tokens");
  command->add_flag("--stats", options->stats,
                    "Print each rank's time, memory and bytes at the end");
  command->add_flag("--json", options->json,
                    "Print text and figures as one JSON object at the end");
  command->footer(
      "Examples:\n"
      "  pi-ring generate \"Once upon a time\"\n"
      "  echo \"Once upon a time\" | pi-ring generate -n 100\n"
      "  pi-ring generate --ranks 4 --stats --temperature 0 \"Once upon a "
      "time\"\n"
      "  pi-ring generate --model stories42M --seed 7 -n 100 \"\"\n"
      "  pi-ring generate --link gpio --model shards/rank-3 --wire q8 \"Once "
      "upon a time\"");
  command->callback([options] { generate(*options); });
}

}  // namespace pi_ring
