// Adds the options to the parser, and checks them.
#include "userspace/commands/train/train_options.h"

#include <algorithm>
#include <string>

#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/model_shape.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

constexpr int kDefaultLength = 256;      // tokens, where the model has more
constexpr int kDefaultMicroBatches = 8;  // at most

}  // namespace

void TrainOptions::add_to(CLI::App& command) {
  add_source_to(command);
  ring.add_to(command);
  add_step_to(command);
  add_schedule_to(command);
  add_adam_to(command);
  add_validation_to(command);
  add_output_to(command);
}

void TrainOptions::add_source_to(CLI::App& command) {
  command.add_option("--data", data, "Text files, UTF-8, one after the other");
  command.add_option("--model", model,
                     "A model's folder, or its shards, to train further");
  command.add_option("--shape", shape,
                     std::string(kShapeNames) + ": of a new model");
  command
      .add_option("--vocab", vocab,
                  "Train a new tokenizer with this many tokens on the texts")
      ->check(between(1, kMostTokens));
  command.add_option("--tokenizer", tokenizer,
                     "Or use the tokenizer.json in this folder");
}

void TrainOptions::add_step_to(CLI::App& command) {
  command.add_option("--batch", batch, "Sequences a step")
      ->check(between(1, 1'000'000))
      ->capture_default_str();
  command
      .add_option("--micro-batches", micro_batches,
                  "Parts of a step [the most that divide --batch, up to 8]")
      ->check(between(1, 1'000'000));
  command
      .add_option("--seq", length,
                  "Tokens a sequence [the model's context, up to 256]")
      ->check(between(1, kMostTokens));
  command
      .add_option_function<std::string>(
          "--order",
          [this](const std::string& word) {
            order = word == "shuffled" ? Order::kShuffled : Order::kSequential;
          },
          "The order of an epoch's windows")
      ->check(CLI::IsMember({"shuffled", "sequential"}))
      ->default_str("shuffled");
  command.add_option("--seed", seed, "The same seed, the same model")
      ->check(pi_ring::seed())
      ->capture_default_str();
  command.add_flag("--recompute", recompute,
                   "Keep fewer activations and compute them again");
}

void TrainOptions::add_schedule_to(CLI::App& command) {
  command.add_option("--steps", schedule.steps, "Steps in all")
      ->check(between<int64_t>(1, kMostTokens))
      ->capture_default_str();
  command.add_option("--lr", schedule.learning_rate, "Highest learning rate")
      ->check(between(0.0, 100.0))
      ->capture_default_str();
  command
      .add_option("--min-lr", schedule.minimum,
                  "The learning rate at the end of a cosine schedule")
      ->check(between(0.0, 100.0))
      ->capture_default_str();
  command
      .add_option("--warmup", schedule.warmup,
                  "Steps in which the learning rate rises from 0")
      ->check(between<int64_t>(0, kMostTokens))
      ->capture_default_str();
  command
      .add_option_function<std::string>(
          "--schedule",
          [this](const std::string& word) {
            schedule.kind = word == "cosine" ? ScheduleOptions::Kind::kCosine
                                             : ScheduleOptions::Kind::kConstant;
          },
          "The learning rate after its rise")
      ->check(CLI::IsMember({"cosine", "constant"}))
      ->default_str("cosine");
}

void TrainOptions::add_adam_to(CLI::App& command) {
  command
      .add_option("--weight-decay", adam.weight_decay,
                  "AdamW's weight decay, of matrices only")
      ->check(between(0.0, 100.0))
      ->capture_default_str();
  command.add_option("--beta1", adam.beta1, "AdamW's first decay")
      ->check(between(0.0, 1.0))
      ->capture_default_str();
  command.add_option("--beta2", adam.beta2, "AdamW's second decay")
      ->check(between(0.0, 1.0))
      ->capture_default_str();
  command.add_option("--eps", adam.epsilon, "AdamW's epsilon")
      ->check(between(0.0, 1.0))
      ->capture_default_str();
  command
      .add_option("--clip", clip,
                  "The largest norm of the gradient; 0: no limit")
      ->check(between(0.0, 1e9))
      ->capture_default_str();
}

void TrainOptions::add_validation_to(CLI::App& command) {
  command.add_option("--val", validation,
                     "Texts to measure the validation loss on");
  command
      .add_option("--val-every", validate_every, "Steps between validations")
      ->check(between<int64_t>(1, kMostTokens))
      ->capture_default_str();
}

void TrainOptions::add_output_to(CLI::App& command) {
  command.add_option("--save", save, "The folder for checkpoints and log");
  command.add_option("--save-every", save_every, "Steps between checkpoints")
      ->check(between<int64_t>(1, kMostTokens))
      ->capture_default_str();
  command.add_option("--keep", keep, "Checkpoints to keep")
      ->check(between(1, 1'000'000))
      ->capture_default_str();
  command.add_flag("--resume", resume,
                   "Continue from the newest checkpoint in --save, with the "
                   "options of that run where not given again");
  command
      .add_option("--sample-every", sample_every,
                  "Steps between samples of text, each from a checkpoint")
      ->check(between<int64_t>(1, kMostTokens));
  command.add_option("--plot", plot, "Draw the losses into this SVG file");
  command.add_flag("--json", json,
                   "Print a JSON object for each step on standard output");
}

void TrainOptions::check() const {
  if (data.empty() && resume && !save.empty()) {
    throw WrongCall(
        save.string() +
        " has no checkpoint to continue from: start with --data and "
        "the other options");
  }
  if (data.empty()) throw WrongCall("train needs --data");
  if (model.empty() == shape.empty()) {
    throw WrongCall("train needs either --shape, for a new model, or --model");
  }
  const int tokenizers = (vocab > 0 ? 1 : 0) + (tokenizer.empty() ? 0 : 1);
  if (!shape.empty() && tokenizers != 1) {
    throw WrongCall("--shape needs either --vocab or --tokenizer");
  }
  if (!model.empty() && tokenizers != 0) {
    throw WrongCall("--model brings its tokenizer: no --vocab, --tokenizer");
  }
  if (save.empty() && (resume || sample_every > 0)) {
    throw WrongCall("--resume and --sample-every need --save");
  }
}

void TrainOptions::fill_in(const ModelConfig& config) {
  if (length == 0) {
    length = std::min(config.context, kDefaultLength);
  }
  if (length > config.context) {
    throw WrongCall("--seq " + std::to_string(length) + ": " + config.name +
                    " holds " + std::to_string(config.context) + " tokens");
  }
  if (micro_batches == 0) {
    micro_batches = std::min(batch, kDefaultMicroBatches);
    while (batch % micro_batches != 0) --micro_batches;
  }
  if (batch % micro_batches != 0) {
    throw WrongCall("--micro-batches " + std::to_string(micro_batches) +
                    " does not divide --batch " + std::to_string(batch));
  }
  const uint64_t message =
      uint64_t{sizeof(float)} * batch / micro_batches * length * config.dim;
  if (message > kMaxPayload) {
    throw WrongCall("a micro-batch of " + std::to_string(message >> 20) +
                    " MiB is too large: use more --micro-batches");
  }
}

}  // namespace pi_ring
