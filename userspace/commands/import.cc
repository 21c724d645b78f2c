// `pi-ring import`: llama2.c's files as a model's folder.
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "model/architecture/config.h"
#include "model/base/interruption.h"
#include "model/base/new_file.h"
#include "model/exchange/import_llama2c.h"
#include "model/exchange/llama2c_tokenizer.h"
#include "userspace/commands/command.h"

namespace pi_ring {
namespace {

struct ImportOptions {
  std::filesystem::path weights;
  std::filesystem::path tokenizer;
  std::filesystem::path out;
};

void move_files(const std::filesystem::path& from,
                const std::filesystem::path& to) {
  for (const auto& file : std::filesystem::directory_iterator(from)) {
    std::filesystem::rename(file.path(), to / file.path().filename());
  }
}

void import(const ImportOptions& options) {
  const StopRequest stop;
  // A model that stands there already is replaced as a whole or not at all:
  // the new one is made beside it, and moved in file by file.
  const std::filesystem::path target =
      std::filesystem::exists(options.out)
          ? options.out / (".import-" + std::to_string(getpid()))
          : options.out;
  NewFolder folder(target);
  const ModelConfig config = import_llama2c_weights(options.weights, target);
  import_llama2c_tokenizer(options.tokenizer, config.vocab, target);
  if (target == options.out) {
    folder.commit();
  } else {
    move_files(target, options.out);
  }
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
