// `pi-ring generate`: a text from a prompt, over a ring of ranks.
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "model/architecture/cut.h"
#include "model/base/bad_input.h"
#include "model/folder/shard_folder.h"
#include "model/text/sampler.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "userspace/commands/command.h"
#include "userspace/commands/generate/generate_stats.h"
#include "userspace/commands/head_ring.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/ranks.h"
#include "userspace/commands/ring_options.h"
#include "userspace/commands/text_output.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/rank.h"
#include "userspace/ring/text/replay.h"

namespace pi_ring {
namespace {

using Clock = std::chrono::steady_clock;

struct GenerateOptions {
  std::string prompt;
  std::filesystem::path model = PI_RING_DEMO_MODEL;
  RingOptions ring;
  int tokens = 256;
  std::optional<uint64_t> seed;
  SamplingOptions sampling;
  bool stats = false;
  bool json = false;
};

// One run: owns the head and everything between the prompt and the text.
class Generation {
 public:
  Generation(const GenerateOptions& options, const RankOptions& rank,
             HeadRing& ring)
      : options_(options),
        ring_(ring),
        config_(read_config(folder_of_rank(options.model, rank.rank))),
        tokenizer_(folder_of_rank(options.model, rank.rank), config_.vocab),
        prompt_(encode_prompt()),
        head_(rank, ring.up(), ring.down()),
        replay_(head_, [](const std::string& what) { tell_user(what); }),
        sampler_(options.sampling),
        stream_(tokenizer_) {}

  void run() {
    try {
      write_text();
      report();
    } catch (const LinkError& error) {
      throw RingError(ring_.explain(error, head_.patience()));
    }
  }

 private:
  void write_text() {
    head_.greet();
    if (!config_.note.empty()) {
      tell_user(config_.name + ": " + config_.note);
    }
    if (options_.ring.is_over_devices()) tell_user(what_closed());
    const auto start = Clock::now();
    std::span<const float> logits = replay_.begin(prompt_);
    for (const int token : prompt_) {
      put(stream_.next(token));
    }
    auto position = static_cast<int>(prompt_.size());
    while (figures_.generated < options_.tokens) {
      const int token = sampler_.sample(logits);
      if (figures_.generated == 0) {
        figures_.first_token = Clock::now() - start;
      }
      if (token == config_.bos || token == config_.eos) {
        break;
      }
      put(stream_.next(token));
      ++figures_.generated;
      if (position == config_.context ||
          figures_.generated == options_.tokens) {
        break;
      }
      logits = replay_.add(token);
      ++position;
    }
    put(stream_.finish());
    figures_.all_tokens = Clock::now() - start;
  }

  static void tell_user(const std::string& what) {
    std::cerr << "pi-ring: " << what << '\n';
  }

  std::string what_closed() const {
    const int ranks = head_.ranks();
    std::string layers;
    for (const Shard& shard : cut(config_.layers, ranks)) {
      if (shard.begin == shard.end) continue;
      layers += " [" + std::to_string(shard.begin) + "," +
                std::to_string(shard.end) + ")";
    }
    return "ring of " + std::to_string(ranks) + " closed: " + config_.name +
           ", layers" + layers + ", head here";
  }

  std::vector<int> encode_prompt() const {
    std::vector<int> tokens = tokenizer_.encode(options_.prompt);
    if (tokens.size() > static_cast<size_t>(config_.context)) {
      throw BadInput("the prompt is " + std::to_string(tokens.size()) +
                     " tokens long, " + config_.name + " can hold " +
                     std::to_string(config_.context));
    }
    return tokens;
  }

  void put(const std::string& text) {
    if (options_.json) {
      text_ += text;
    } else {
      write_output(text);
    }
  }

  void report() {
    figures_.prompt = static_cast<int>(prompt_.size());
    figures_.wire = options_.ring.wire;
    if (options_.json) {
      write_output(stats_json(figures_, figures_of_ranks(), text_) + "\n");
      return;
    }
    write_output("\n");
    if (options_.stats) {
      std::cerr << stats_table(figures_, figures_of_ranks());
    }
  }

  // The text is written, and stands without them.
  std::vector<RankStats> figures_of_ranks() {
    try {
      return head_.stats();
    } catch (const RingBroken& error) {
      tell_user(std::string("the ranks' figures are lost: ") + error.what());
      return {};
    }
  }

  const GenerateOptions& options_;
  const HeadRing& ring_;
  ModelConfig config_;
  Tokenizer tokenizer_;
  std::vector<int> prompt_;
  Head head_;
  Replay replay_;
  Sampler sampler_;
  TextStream stream_;
  std::string text_;
  GenerationFigures figures_;
};

void generate(GenerateOptions options) {
  options.sampling.seed = options.seed ? *options.seed : std::random_device{}();
  const int ranks = resolve_ranks(options.model, options.ring.ranks);
  RankOptions rank = options.ring.of_head(ranks);
  rank.model = options.model;
  HeadRing ring(options.ring, ranks, [&rank](int index, Link& up, Link& down) {
    rank.rank = index;
    // The head is to lose patience first: it knows best whom to name.
    rank.patience *= 2;
    return run_rank(rank, up, down);
  });
  Generation(options, rank, ring).run();
}

}  // namespace

void add_generate(CLI::App& app) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App* command = app.add_subcommand(
      "generate", "Continues a prompt; text goes to standard output");
  command->add_option("PROMPT", options->prompt,
                      "The beginning of the text; may be empty");
  command
      ->add_option("--model", options->model,
                   "A model's folder, or what `pi-ring shard` made of one")
      ->capture_default_str();
  options->ring.add_to(*command);
  options->ring.add_wire_to(*command);
  command->add_option("-n,--tokens", options->tokens, "Tokens to add at most")
      ->check(between(0, kMostTokens))
      ->capture_default_str();
  command
      ->add_option("--temperature", options->sampling.temperature,
                   "0: always the likeliest token")
      ->check(between(0.0, 100.0))
      ->capture_default_str();
  command
      ->add_option("--top-p", options->sampling.top_p,
                   "Choose among the likeliest that make up this share")
      ->check(between(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option("--top-k", options->sampling.top_k,
                   "Choose among the K likeliest; 0: all")
      ->check(between(0, kMostTokens))
      ->capture_default_str();
  command
      ->add_option("--seed", options->seed,
                   "The same seed, the same text [by chance]")
      ->check(seed());
  command->add_flag("--stats", options->stats,
                    "Print speed, time, memory and bytes a rank at the end");
  command->add_flag("--json", options->json,
                    "Print text and figures as one JSON object at the end");
  command->footer(
      "Examples:\n"
      "  pi-ring generate \"Once upon a time\"\n"
      "  pi-ring generate --ranks 4 --stats --temperature 0 \"The dog\"\n"
      "  pi-ring generate --model stories42M --seed 7 -n 100 \"\"\n"
      "  pi-ring generate --link gpio --model shards/rank-3 --wire q8 \"The "
      "dog\"");
  command->callback([options] { generate(*options); });
}

}  // namespace pi_ring
