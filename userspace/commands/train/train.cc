// `pi-ring train`: trains a model on texts, over a ring of ranks.
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "model/base/hash.h"
#include "model/base/interruption.h"
#include "model/folder/fingerprint.h"
#include "userspace/commands/command.h"
#include "userspace/commands/formatted.h"
#include "userspace/commands/train/resume_point.h"
#include "userspace/commands/train/train_options.h"
#include "userspace/commands/train/train_run.h"
#include "userspace/commands/train/train_source.h"
#include "userspace/commands/train/train_text.h"
#include "userspace/commands/train/training_ring.h"
#include "userspace/commands/train/work_folder.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

// On a terminal the line of progress is ended first.
const char* stop_message() {
  return isatty(STDERR_FILENO) == 1
             ? "\npi-ring: stopping after this step; Ctrl-C to stop at once\n"
             : "pi-ring: stopping after this step; Ctrl-C to stop at once\n";
}

std::string how_to_resume(const TrainOptions& options) {
  return "--save " + options.save.string() + " --resume";
}

// Tells checkpoints of this run from those of others.
uint64_t mark_of(const TrainOptions& options, const ModelConfig& config,
                 const TokenFile& data) {
  Hash hash;
  hash.add(options.seed);
  hash.add(data.fingerprint());
  hash.add(fingerprint_of(config));
  return hash.value();
}

TrainPlan plan_of(const TrainOptions& options, const ModelSource& source,
                  const TokenFile& data) {
  TrainPlan plan;
  put_into(plan, source);
  plan.sequences = options.batch / options.micro_batches;
  plan.length = options.length;
  plan.micro_batches = options.micro_batches;
  plan.recompute = options.recompute;
  plan.adam = options.adam;
  plan.seed = options.seed;
  plan.save = options.save.string();
  plan.tokenizer = source.tokenizer.string();
  plan.run = mark_of(options, source.config, data);
  return plan;
}

void report_start(const TrainPlan& plan, const TokenFile& data,
                  const Batches& batches, int64_t done) {
  std::cerr << "pi-ring: " << plan.config.name << ", " << plan.ranks()
            << (plan.ranks() == 1 ? " rank; " : " ranks; ") << data.size()
            << " tokens, " << formatted("%.1f", batches.steps_per_epoch())
            << " steps to see each once";
  if (done > 0) std::cerr << "; continuing after step " << done;
  std::cerr << '\n';
}

// Says what a user may not expect of the call.
void report_surprises(const TrainOptions& options, int64_t done) {
  if (options.save.empty()) {
    std::cerr << "pi-ring: without --save the trained model is not kept\n";
  }
  const int64_t steps = options.schedule.steps;
  if (done < steps) return;
  std::cerr << "pi-ring: nothing to do: " << options.save.string()
            << " is at step " << done << ", and --steps is " << steps
            << "; a higher --steps continues it\n";
}

// Names the way to resume in an error that ends the run.
void run_steps(const TrainOptions& options, TrainingRing& ring, TrainRun& run) {
  try {
    ring.run([&](TrainHead& head) { run.run(head); });
  } catch (const RingError& error) {
    if (run.saved() == 0) throw;
    throw RingError(std::string(error.what()) + "; " + how_to_resume(options) +
                    " continues from step " + std::to_string(run.saved()));
  }
}

// Only damage makes a run continue from an older step than these.
std::set<int64_t> steps_after(const TrainOptions& options, int64_t done) {
  std::set<int64_t> steps;
  for (const int64_t step : steps_in(options.save)) {
    if (step > done) steps.insert(step);
  }
  return steps;
}

void report_stop(const TrainOptions& options, int64_t saved) {
  std::cerr << "pi-ring: stopped";
  if (saved > 0) {
    std::cerr << "; " << how_to_resume(options) << " continues from here";
  } else if (!options.save.empty()) {
    std::cerr << " before the first step; nothing is saved";
  }
  std::cerr << '\n';
}

// The parser has put the call into `options`, and puts a checkpoint's there
// too.
void train(TrainOptions& options, CLI::App& command) {
  const StopRequest stop;
  // A wrong call creates no folder.
  if (!std::filesystem::exists(options.save)) options.check();
  // Nothing in the folder is read or changed before it is locked.
  std::optional<WorkFolder> work(options.save);
  const std::optional<Checkpoint> checkpoint = find_checkpoint(options);
  if (checkpoint) restore_options(command, *checkpoint);
  options.check();

  const ModelSource source = find_source(options, *work, checkpoint);
  options.fill_in(source.config);
  const Tokenizer tokenizer(source.tokenizer, source.config.vocab);
  // The tokenizer is read, and only checkpoints would need its file again.
  if (options.save.empty()) work.reset();
  const TrainTexts texts(options, tokenizer);
  if (checkpoint) check_data(*checkpoint, texts.data());
  const TrainPlan plan = plan_of(options, source, texts.data());
  StopRequest::check();

  stop.finish_first(stop_message());
  const int64_t done = checkpoint ? checkpoint->manifest.mark.step : 0;
  const Batches batches(texts.data(), options.batch, options.length,
                        options.order, options.seed);
  int64_t saved = done;
  {
    TrainingRing ring(options.ring, plan, source.opened());
    ring.begin();
    report_start(plan, texts.data(), batches, done);
    report_surprises(options, done);
    TrainRun run(options, batches, texts.validation(), done,
                 options_to_store(command, texts.data()),
                 steps_after(options, done));
    run_steps(options, ring, run);
    saved = run.saved();
  }
  if (StopRequest::signal() == 0) return;
  report_stop(options, saved);
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
      "read <|endoftext|>. Spaces, tabs and line ends around a document are\n"
      "left out, and so is a document with nothing else. A document is the\n"
      "begin token and its tokens, and the next follows at once. This stream "
      "of L tokens is a circle: after "
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
      "  pi-ring train --model stories15M --data my.txt --lr 1e-4 --steps 200 "
      "\\\n"
      "    --save tuned");
  command->callback([options, command] { train(*options, *command); });
}

}  // namespace pi_ring
