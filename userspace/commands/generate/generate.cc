// `pi-ring generate`: continues a prompt on a ring of ranks.
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "model/architecture/cut.h"
#include "model/base/bad_input.h"
#include "model/folder/model_folder.h"
#include "model/text/sampler.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "userspace/commands/command.h"
#include "userspace/commands/generate/generate_stats.h"
#include "userspace/commands/generate/prompt.h"
#include "userspace/commands/loading_progress.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/ring_options.h"
#include "userspace/commands/text_options.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/text_ring.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/text_generator.h"

namespace pi_ring {
namespace {

struct GenerateOptions {
  PromptOptions prompt;
  std::filesystem::path model = demo_model();
  RingOptions ring;
  TextOptions text{.limits = {.tokens = 256}};
  bool special = false;
  bool stats = false;
  bool json = false;
};

// One run, from the prompt to the figures.
class Generation {
 public:
  Generation(const GenerateOptions& options, const std::string& prompt,
             const ModelFolder& model, const TextRing& ring)
      : options_(options),
        ring_(ring.place()),
        config_(model.config()),
        cut_(ring.cut()),
        tokenizer_(model.tokenizer_folder(), config_.vocab),
        prompt_(encode_prompt(prompt)),
        loading_(std::make_unique<LoadingProgress>(ring.counters())),
        head_(ring.rank(), ring.weights(), ring_.up, ring_.down) {}

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
    Sampler sampler(options_.text.sampling);
    const GeneratedText text = generate_text(
        head_, tokenizer_, prompt_, sampler, options_.text.limits,
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

void generate(GenerateOptions options) {
  options.text.sampling = options.text.seeded();
  const std::string prompt = options.prompt.read();
  const ModelFolder model = open_model(options.model);
  const TextRing ring(model, options.ring);
  Generation(options, prompt, model, ring).run();
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
  options->text.add_to(*command);
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
