// `pi-ring eval`: measures how well a model predicts a text.
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "model/folder/weights.h"
#include "model/layers/whole_model.h"
#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/model_source.h"
#include "userspace/commands/ring_options.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/train/train_text.h"
#include "userspace/commands/train/training_ring.h"

namespace pi_ring {
namespace {

constexpr int kDefaultLength = 256;  // tokens, where the model has more

struct EvalOptions {
  std::filesystem::path model;
  std::vector<std::filesystem::path> data;
  RingOptions ring;
  int length = 0;
  bool json = false;
};

int length_of(const EvalOptions& options, const ModelConfig& config) {
  const int length = options.length > 0
                         ? options.length
                         : std::min(config.context, kDefaultLength);
  if (length <= config.context) return length;
  throw WrongCall("--seq " + std::to_string(length) + ": " + config.name +
                  " holds " + std::to_string(config.context) + " tokens");
}

double sum_of_losses(TrainHead& head, const CoveringWindows& windows) {
  const int64_t at_once = int64_t{head.plan().ranks()} * 2;
  double sum = 0.0;
  for (int64_t i = 0; i < windows.count(); i += at_once) {
    sum +=
        head.evaluate(windows.read(i, std::min(at_once, windows.count() - i)));
  }
  return sum;
}

void report(const EvalOptions& options, double sum, int64_t tokens) {
  const double loss = sum / static_cast<double>(tokens);
  if (options.json) {
    const nlohmann::ordered_json json = {
        {"loss", loss}, {"perplexity", std::exp(loss)}, {"tokens", tokens}};
    write_output(json.dump() + "\n");
    return;
  }
  char text[128];
  std::snprintf(text, sizeof text,
                "loss %.6f a token, perplexity %.4f, over %lld tokens\n", loss,
                std::exp(loss), static_cast<long long>(tokens));
  write_output(text);
}

// A folder's weights are read as training reads them, in f32, by a ring.
void eval_folder(const EvalOptions& options, const ModelFolder& model) {
  const ModelSource source = source_of(model, options.ring.ranks);
  TrainPlan plan;
  put_into(plan, source);
  plan.length = length_of(options, source.config);
  plan.cache_type = options.ring.cache_type(source.config);
  const Tokenizer tokenizer(source.tokenizer, source.config.vocab);
  const TokenFile text = TokenFile::unnamed(options.data, tokenizer);
  const CoveringWindows windows(text, plan.sequences, plan.length);
  TrainingRing ring(options.ring, plan, source.opened());
  ring.begin();
  double sum = 0.0;
  ring.run([&](TrainHead& head) { sum = sum_of_losses(head, windows); });
  report(options, sum, windows.count() * plan.length);
}

// The weights of GGUF are computed with as they are, as texts are generated.
void eval_gguf(const EvalOptions& options, const ModelFolder& model) {
  if (options.ring.ranks > 1 || options.ring.is_over_devices()) {
    throw WrongCall("--ranks: " + model.config().name +
                    " is GGUF, which one rank evaluates");
  }
  const int length = length_of(options, model.config());
  const Tokenizer tokenizer(model.tokenizer_folder(), model.config().vocab);
  const TokenFile text = TokenFile::unnamed(options.data, tokenizer);
  const CoveringWindows windows(text, 1, length);
  const Weights weights(model, model.cut_for(1).front());
  const RankOptions rank = options.ring.head_options(1);
  const Pool pool(rank.threads, rank.waiting);
  WholeModel whole(weights, pool, options.ring.cache_type(model.config()));
  double sum = 0.0;
  for (int64_t i = 0; i < windows.count(); ++i) {
    sum += whole.loss_of(windows.read(i, 1));
  }
  report(options, sum, windows.count() * length);
}

void eval(const EvalOptions& options) {
  const ModelFolder model = open_model(options.model);
  model.gguf() == nullptr ? eval_folder(options, model)
                          : eval_gguf(options, model);
}

}  // namespace

void add_eval(CLI::App& app) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand(
      "eval", "Measures a model's loss and perplexity on texts");
  command
      ->add_option("-m,--model", options->model,
                   "A model's folder, its shards, a checkpoint, a training run "
                   "for its newest checkpoint, or a GGUF file")
      ->required();
  command->add_option("--data", options->data, "Text files, UTF-8")->required();
  options->ring.add_to(*command);
  options->ring.add_wire_to(*command);
  options->ring.add_kv_to(*command);
  command
      ->add_option("--seq", options->length,
                   "Tokens a window [the model's context, up to 256]")
      ->check(between(1, kMostTokens));
  command->add_flag("--json", options->json,
                    "Print loss, perplexity and tokens as one JSON object");
  command->footer(
      "The texts are cut into documents at lines that read <|endoftext|>, and\n"
      "spaces, tabs and line ends around a document are left out. The tokens,\n"
      "with a begin token before each document, are cut into windows that\n"
      "start at 0, T, 2T, ... (T is --seq) and fit completely, at least one.\n"
      "The model predicts the T targets of each window from the window's\n"
      "tokens alone. The perplexity is e to the mean loss of a token. A GGUF\n"
      "file is computed with as generate does, by one rank.\n"
      "\n"
      "Examples:\n"
      "  pi-ring eval --model run/step-00001000 --data other.txt --ranks 4\n"
      "  pi-ring eval --model small-q4_0.gguf --data other.txt\n"
      "  pi-ring eval --model stories15M --data other.txt --ranks 4 --wire "
      "q8");
  command->callback([options] { eval(*options); });
}

}  // namespace pi_ring
