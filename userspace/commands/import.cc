// `pi-ring import`: llama2.c's files as a model's folder.
#include <filesystem>
#include <iostream>
#include <memory>

#include "model/config.h"
#include "model/import_llama2c.h"
#include "model/import_llama2c_tokenizer.h"
#include "model/interruption.h"
#include "model/new_folder.h"
#include "userspace/commands/command.h"

namespace pi_ring {
namespace {

struct ImportOptions {
  std::filesystem::path weights;
  std::filesystem::path tokenizer;
  std::filesystem::path out;
};

void import(const ImportOptions& options) {
  const Interruptible interruptible;
  NewFolder folder(options.out);
  const ModelConfig config =
      import_llama2c_weights(options.weights, options.out);
  import_llama2c_tokenizer(options.tokenizer, config.vocab, options.out);
  folder.commit();
  std::cerr << "pi-ring: " << options.out.string() << ": " << config.layers
            << " layers of " << config.dim << ", " << config.vocab
            << " tokens\n";
}

}  // namespace

void add_import(CLI::App& app) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand(
      "import", "Makes a model's folder of llama2.c's files");
  command->add_option("WEIGHTS", options->weights, "A .bin of version 0")
      ->required();
  command
      ->add_option("--tokenizer", options->tokenizer,
                   "The tokenizer.bin that belongs to it")
      ->required();
  command->add_option("-o,--out", options->out, "The folder to make")
      ->required();
  command->footer(
      "Example:\n"
      "  pi-ring import stories15M.bin --tokenizer tokenizer.bin -o "
      "stories15M");
  command->callback([options] { import(*options); });
}

}  // namespace pi_ring
