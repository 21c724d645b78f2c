// `pi-ring show`: what a model is, and what memory its ranks need.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/wording.h"
#include "model/text/tokenizer.h"
#include "model/text/tokenizer_folder.h"
#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/ranks.h"
#include "userspace/commands/ring_options.h"
#include "userspace/commands/show/show_report.h"
#include "userspace/commands/text_output.h"
#include "userspace/ring/message/stats.h"

namespace pi_ring {
namespace {

struct ShowOptions {
  std::filesystem::path model = demo_model();
  int ranks = 0;    // 0: as the model was cut, or several
  int context = 0;  // 0: the model's
  RingOptions ring;
  bool json = false;
};

// Without what was read of the model's files, which does not count twice.
uint64_t program_memory(const ModelFolder& model) {
  for (const ModelPart& part : model.parts()) {
    for (const auto& [name, view] : part.tensors->tensors()) {
      part.tensors->give_back(view.bytes);
    }
  }
  RankStats stats;
  measure_memory(stats);
  return stats.resident_bytes;
}

// Reads the facts, and makes the tokenizer as the head does, to see what memory
// that takes.
class Measurement {
 public:
  explicit Measurement(const ModelFolder& model) {
    program_.rank = program_memory(model);
    if (!model.has_tokenizer()) {
      facts_ = facts_of(model, nullptr);
      return;
    }
    TokenizerFile file = read_tokenizer_folder(model.tokenizer_folder());
    facts_ = facts_of(model, &file.parts);
    tokenizer_.emplace(std::move(file.parts), model.config().vocab);
    program_.tokenizer = program_memory(model) - program_.rank;
  }

  const ModelFacts& facts() const { return facts_; }
  const ProgramMemory& program() const { return program_; }

 private:
  ModelFacts facts_;
  ProgramMemory program_;
  std::optional<Tokenizer> tokenizer_;
};

int positions_of(const ShowOptions& options, const ModelConfig& config) {
  if (options.context > config.context) {
    throw WrongCall("--context " + std::to_string(options.context) + ": " +
                    config.name + " can hold " + grouped(config.context) +
                    " tokens");
  }
  return options.context > 0 ? options.context : config.context;
}

std::vector<Cut> cuts_of(const ModelFolder& model, int asked) {
  if (asked != 0 || model.is_cut()) return {choose_cut(model, asked)};
  std::vector<Cut> cuts;
  for (const int ranks : {1, 2, 4}) {
    if (ranks <= model.config().layers + 1) {
      cuts.push_back(model.cut_for(ranks));
    }
  }
  return cuts;
}

void show(const ShowOptions& options) {
  const ModelFolder model = open_model(options.model);
  const int positions = positions_of(options, model.config());
  const std::vector<Cut> cuts = cuts_of(model, options.ranks);
  const DType cache = options.ring.cache_type(model.config());
  const Measurement measured(model);
  ShowReport report{.config = model.config(),
                    .facts = measured.facts(),
                    .positions = positions,
                    .rings = {}};
  for (const Cut& cut : cuts) {
    report.rings.push_back(
        plan_memory(model, cut, positions, cache, measured.program()));
  }
  write_output(options.json ? report_json(report) : report_text(report));
}

}  // namespace

void add_show(CLI::App& app) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = app.add_subcommand(
      "show", "Says what a model is, and what memory its ranks need");
  command
      ->add_option("-m,--model,MODEL", options->model,
                   "A model's folder, a GGUF file, shards, a checkpoint, or a "
                   "training run")
      ->capture_default_str();
  command
      ->add_option("--ranks", options->ranks,
                   "Ranks in the ring [as the model was cut, or 1, 2 and 4]")
      ->check(between(1, kMostRanks));
  command
      ->add_option("--context", options->context,
                   "Tokens in the cache [the model's context]")
      ->check(between(1, kMostTokens));
  options->ring.add_kv_to(*command);
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(
      "Memory is what `pi-ring generate` takes of each machine. The program's "
      "share is\nmeasured here. Ranks on one machine share some of it.\n"
      "Examples:\n"
      "  pi-ring show tinyllama-q4_0.gguf --ranks 4\n"
      "  pi-ring show stories42M --context 256 --json");
  command->callback([options] { show(*options); });
}

}  // namespace pi_ring
