// `pi-ring train`: a model from texts, over a ring of ranks.
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/interruption.h"
#include "model/folder/fingerprint.h"
#include "model/folder/random_model.h"
#include "model/folder/shard_folder.h"
#include "model/train/checkpoint.h"
#include "userspace/commands/command.h"
#include "userspace/commands/formatted.h"
#include "userspace/commands/model_source.h"
#include "userspace/commands/ranks.h"
#include "userspace/commands/train/stored_call.h"
#include "userspace/commands/train/train_options.h"
#include "userspace/commands/train/train_run.h"
#include "userspace/commands/train/train_text.h"
#include "userspace/commands/train/training_ring.h"
#include "userspace/commands/train/work_folder.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr int kDefaultLength = 256;      // tokens, where the model has more
constexpr int kDefaultMicroBatches = 8;  // at most
// Keys of a checkpoint's options: the texts' fingerprint, and the call.
constexpr const char* kData = "data";
constexpr const char* kCall = "call";

// On a terminal the line of progress is ended first.
const char* stop_message() {
  return isatty(STDERR_FILENO) == 1
             ? "\npi-ring: stopping after this step; again to stop at once\n"
             : "pi-ring: stopping after this step; again to stop at once\n";
}

ModelConfig config_of_shape(const std::string& shape) {
  for (const char* known : {"260K", "15M", "42M", "110M"}) {
    if (shape != known) continue;
    ModelConfig config = shape_of(shape);
    config.name = shape;
    return config;
  }
  const fs::path path = shape;
  return read_config(
      path.filename() == "config.json"
          ? (path.has_parent_path() ? path.parent_path() : fs::path("."))
          : path);
}

// A new model.
ModelSource draw_model(const TrainOptions& options, const fs::path& work) {
  ModelSource source;
  source.start = TrainPlan::Start::kDraw;
  source.config = config_of_shape(options.shape);
  source.config.note.clear();
  source.tokenizer = prepare_tokenizer(options, work);
  source.config.vocab = vocab_of_tokenizer(source.tokenizer);
  source.ranks = std::max(1, options.ring.ranks);
  check_ranks(source.ranks, source.config);
  return source;
}

ModelSource find_source(const TrainOptions& options, const fs::path& work,
                        const std::optional<Checkpoint>& checkpoint) {
  if (!checkpoint && options.model.empty()) return draw_model(options, work);
  ModelSource source = find_model(
      checkpoint ? checkpoint->path() : options.model, options.ring.ranks);
  source.config.note.clear();
  if (checkpoint) {
    source.start = TrainPlan::Start::kCheckpoint;
    // The checkpoint will be removed when there are newer ones.
    copy_tokenizer(source.tokenizer, work);
    source.tokenizer = work;
  }
  return source;
}

// Fills in the options that were not given.
void settle(TrainOptions& options, const ModelConfig& config) {
  if (options.length == 0) {
    options.length = std::min(config.context, kDefaultLength);
  }
  if (options.length > config.context) {
    throw WrongCall("--seq " + std::to_string(options.length) + ": " +
                    config.name + " holds " + std::to_string(config.context) +
                    " tokens");
  }
  if (options.micro_batches == 0) {
    options.micro_batches = std::min(options.batch, kDefaultMicroBatches);
    while (options.batch % options.micro_batches != 0) --options.micro_batches;
  }
  if (options.batch % options.micro_batches != 0) {
    throw WrongCall("--micro-batches " + std::to_string(options.micro_batches) +
                    " does not divide --batch " +
                    std::to_string(options.batch));
  }
  const uint64_t message = uint64_t{sizeof(float)} * options.batch /
                           options.micro_batches * options.length * config.dim;
  if (message > kMaxPayload) {
    throw WrongCall("a micro-batch of " + std::to_string(message >> 20) +
                    " MiB is too large: use more --micro-batches");
  }
}

uint64_t mark_of(const TrainOptions& options, const ModelConfig& config,
                 const TokenFile& data) {
  Hash hash;
  hash.add(options.seed);
  hash.add(data.fingerprint());
  hash.add(fingerprint_of(config));
  return hash.value();
}

TrainPlan plan_of(const TrainOptions& options, const ModelSource& source) {
  TrainPlan plan;
  plan.config = source.config;
  plan.ranks = source.ranks;
  plan.sequences = options.batch / options.micro_batches;
  plan.length = options.length;
  plan.micro_batches = options.micro_batches;
  plan.recompute = options.recompute;
  plan.adam = options.adam;
  plan.seed = options.seed;
  plan.start = source.start;
  plan.from = source.from.string();
  plan.save = options.save.string();
  plan.tokenizer = source.tokenizer.string();
  return plan;
}

// Finds the checkpoint to continue from, if any, and takes from it the options
// that the call did not give.
std::optional<Checkpoint> find_checkpoint(const TrainOptions& options,
                                          CLI::App& command) {
  if (options.save.empty() || !fs::exists(options.save)) return std::nullopt;
  std::vector<std::string> passed_over;
  std::optional<Checkpoint> found = newest_complete(options.save, passed_over);
  if (!options.resume) {
    if (!found) return std::nullopt;
    throw WrongCall(options.save.string() +
                    " holds a run: continue it with --resume, or --save to "
                    "another folder");
  }
  for (const std::string& reason : passed_over) {
    std::cerr << "pi-ring: skipped: " << reason << '\n';
  }
  if (found) restore_call(command, found->manifest().options.at(kCall));
  return found;
}

std::string how_to_resume(const TrainOptions& options) {
  return "--save " + options.save.string() + " --resume";
}

void check_data(const Checkpoint& checkpoint, const TokenFile& data) {
  const auto& options = checkpoint.manifest().options;
  if (options.value(kData, std::string()) !=
      fingerprint_text(data.fingerprint())) {
    throw BadInput(checkpoint.path(),
                   "was trained on other texts than --data names now");
  }
}

// What a run needs before its first step.
class Training {
 public:
  Training(TrainOptions& options, CLI::App& command)
      : checkpoint_(find_checkpoint(options, command)),
        work_(checked(options).save),
        source_(find_source(options, work_.path(), checkpoint_)),
        data_(tokenise(options.data, source_.tokenizer, source_.config.vocab,
                       work_.path() / "tokens.bin")) {
    settle(options, source_.config);
    if (checkpoint_) check_data(*checkpoint_, data_);
    plan_ = plan_of(options, source_);
    plan_.run = mark_of(options, source_.config, data_);
    if (options.validation.empty()) return;
    // It cannot be moved. NOLINTNEXTLINE(modernize-make-unique)
    validation_.reset(new TokenFile(
        tokenise(options.validation, source_.tokenizer, source_.config.vocab,
                 work_.path() / "validation.bin")));
    windows_.emplace(*validation_, plan_.sequences, plan_.length);
  }

  void run(const TrainOptions& options, const CLI::App& command) {
    const Batches batches(data_, options.batch, options.length, options.order,
                          options.seed);
    const nlohmann::json stored = {
        {kCall,
         store_call(command,
                    {"--data", "--val", "--model", "--shape", "--tokenizer"},
                    {"--save", "--resume", "--json", "--plot", "--threads",
                     "--patience", "--link", "--up", "--down"})},
        {kData, fingerprint_text(data_.fingerprint())}};
    const int64_t done = checkpoint_ ? checkpoint_->manifest().mark.step : 0;
    TrainingRing ring(options.ring, plan_);
    ring.begin();
    report_start(done, batches.steps_per_epoch());
    TrainRun run(options, batches, windows_ ? &*windows_ : nullptr, done,
                 stored);
    try {
      ring.run([&](TrainHead& head) { run.run(head); });
    } catch (const RingError& error) {
      if (run.saved() == 0) throw;
      throw RingError(std::string(error.what()) + "; " +
                      how_to_resume(options) + " continues from step " +
                      std::to_string(run.saved()));
    }
  }

 private:
  static const TrainOptions& checked(const TrainOptions& options) {
    options.check();
    return options;
  }

  void report_start(int64_t done, double steps_per_epoch) const {
    std::cerr << "pi-ring: " << source_.config.name << ", " << source_.ranks
              << (source_.ranks == 1 ? " rank; " : " ranks; ") << data_.size()
              << " tokens, " << formatted("%.1f", steps_per_epoch)
              << " steps to see each once";
    if (done > 0) std::cerr << "; continuing after step " << done;
    std::cerr << '\n';
  }

  std::optional<Checkpoint> checkpoint_;
  WorkFolder work_;
  ModelSource source_;
  TokenFile data_;
  std::unique_ptr<TokenFile> validation_;
  std::optional<CoveringWindows> windows_;
  TrainPlan plan_;
};

// The command's options are where `options` is: a checkpoint's go there too.
void train(TrainOptions& options, CLI::App& command) {
  const StopRequest stop;
  std::optional<Training> training(std::in_place, options, command);
  StopRequest::check();
  stop.finish_first(stop_message());
  training->run(options, command);
  if (StopRequest::signal() == 0) return;
  std::cerr << "pi-ring: stopped"
            << (options.save.empty()
                    ? ""
                    : "; " + how_to_resume(options) + " continues from here")
            << '\n';
  throw Interrupted{StopRequest::signal()};
}

}  // namespace

void add_train(CLI::App& app) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App* command = app.add_subcommand(
      "train", "Trains a model on texts, over a ring of ranks");
  options->add_to(*command);
  command->footer(
      "What a step learns from. Each text is cut into documents at lines that\n"
      "read <|endoftext|>; a document is the begin token and its tokens, and\n"
      "the next follows at once. This stream of L tokens is a circle: after "
      "its\n"
      "last token comes its first. Window w is the T + 1 tokens from its "
      "start\n"
      "on, T being --seq: the first T are inputs, the last T targets. Step s,\n"
      "from 0, with B sequences (--batch) takes windows s*B to s*B + B - 1;\n"
      "micro-batch m of M has the B/M from s*B + m*B/M on. With --order\n"
      "sequential window w starts at token w*T mod L; shuffled takes each\n"
      "epoch's windows in an order that --seed decides. The loss is the mean\n"
      "cross-entropy over the B*T targets. Validation takes the windows that\n"
      "start at 0, T, 2T, ... and fit the text whole (at least one), and the\n"
      "first ones again to make whole micro-batches.\n"
      "\n"
      "Losses and weights are the same to the last bit for every number of\n"
      "ranks and threads; --micro-batches changes the order of sums. What\n"
      "travels between ranks is f32, always: there is no --wire here.\n"
      "\n"
      "Examples:\n"
      "  pi-ring train --data stories.txt --shape 260K --vocab 512 --save run\n"
      "  pi-ring train --ranks 4 --data stories.txt --shape 15M --vocab 4096 "
      "\\\n"
      "    --batch 32 --steps 5000 --warmup 200 --min-lr 1e-4 --save run\n"
      "  pi-ring train --save run --resume\n"
      "  pi-ring train --model stories15M --data my.txt --lr 1e-4 --steps 200");
  command->callback([options, command] { train(*options, *command); });
}

}  // namespace pi_ring
