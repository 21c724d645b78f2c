// `pi-ring init`: an untrained model, to train or to measure.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "model/base/interruption.h"
#include "model/base/new_file.h"
#include "model/folder/random_model.h"
#include "model/text/plain_tokenizer.h"
#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/model_shape.h"

namespace pi_ring {
namespace {

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const Architecture* family : architectures()) {
    names.emplace_back(family->model_type);
  }
  return names;
}

struct InitOptions {
  std::filesystem::path out;
  std::string shape;
  std::string family{kLlama.model_type};
  uint64_t seed = 1;
  bool half = false;
};

void init(const InitOptions& options) {
  const StopRequest stop;
  ModelConfig config =
      config_of_shape(options.shape, *find_model_type(options.family));
  config.name = "random " + config.name;
  NewFolder folder(options.out);
  write_random_model(config, options.seed,
                     options.half ? DType::F16 : DType::F32, options.out);
  write_plain_tokenizer(config.vocab, options.out);
  folder.commit();
  std::cerr << "pi-ring: " << options.out.string()
            << ": untrained: random weights of shape " << options.shape << '\n';
}

}  // namespace

void add_init(CLI::App& app) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* command = app.add_subcommand(
      "init", "Makes an untrained model, to train or to measure");
  command->add_option("-o,--out", options->out, "The folder to make")
      ->required();
  command
      ->add_option("--shape", options->shape,
                   std::string(kShapeNames) + ": the numbers of the model")
      ->required();
  command
      ->add_option("--family", options->family,
                   "What it is built like, as config.json's model_type, where "
                   "--shape is a name")
      ->check(CLI::IsMember(family_names()))
      ->capture_default_str();
  command
      ->add_option("--seed", options->seed, "The same seed, the same weights")
      ->check(pi_ring::seed())
      ->capture_default_str();
  command->add_flag("--f16", options->half, "Store half-precision weights");
  command->footer("Example:\n  pi-ring init --shape 15M -o random15M");
  command->callback([options] { init(*options); });
}

}  // namespace pi_ring
