// `pi-ring import`: llama2.c's files as a model's folder.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "model/architecture/config.h"
#include "model/base/bad_input.h"
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

std::string beginning_of(const std::filesystem::path& file, size_t size) {
  std::string bytes(size, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<size_t>(stream.gcount()));
  return bytes;
}

// Names what needs no import, or belongs to something that needs none.
void check_is_llama2c(const ImportOptions& options) {
  constexpr const char* kAsItIs = "use it as it is, with --model";
  if (std::filesystem::is_directory(options.weights)) {
    throw BadInput(
        options.weights,
        std::string("is a folder, not a file of llama2.c's: ") + kAsItIs);
  }
  if (beginning_of(options.weights, 4) == "GGUF") {
    throw BadInput(options.weights, std::string("is a GGUF file: ") + kAsItIs);
  }
  if (beginning_of(options.tokenizer, 1) == "{") {
    throw BadInput(options.tokenizer,
                   "is JSON, not llama2.c's tokenizer.bin: a folder with a "
                   "tokenizer.json needs no import");
  }
}

void import(const ImportOptions& options) {
  const StopRequest stop;
  check_is_llama2c(options);
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
