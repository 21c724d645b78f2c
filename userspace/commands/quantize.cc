// `pi-ring quantize`: a model as a GGUF file of fewer bits.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "model/base/interruption.h"
#include "model/base/wording.h"
#include "model/exchange/export_gguf.h"
#include "model/folder/model_folder.h"
#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/processors.h"

namespace pi_ring {
namespace {

struct QuantizeOptions {
  std::filesystem::path model;
  std::filesystem::path out;
  std::string type = "q8_0";
  int threads = 0;
};

void quantize(const QuantizeOptions& options) {
  const auto types = find_gguf_types(options.type);
  if (!types) {
    throw WrongCall("--type " + options.type + ": expected one of " +
                    names_of_gguf_types());
  }
  const StopRequest stop;
  const ModelFolder model = open_model(options.model);
  const int threads =
      options.threads > 0 ? options.threads : usable_processors();
  export_gguf(model, *types, threads, options.out);
  std::cerr << "pi-ring: " << options.out.string() << ": "
            << grouped(std::filesystem::file_size(options.out)) << " bytes of "
            << types->name << '\n';
}

}  // namespace

void add_quantize(CLI::App& app) {
  auto options = std::make_shared<QuantizeOptions>();
  CLI::App* command = app.add_subcommand(
      "quantize", "Writes a model as a GGUF file, in fewer bits");
  command
      ->add_option("MODEL", options->model, "A model's folder, or a GGUF file")
      ->required();
  command
      ->add_option("--type", options->type, "One of " + names_of_gguf_types())
      ->capture_default_str();
  command->add_option("-o,--out", options->out, "The file to write")
      ->required();
  command->add_option("--threads", options->threads, "How many threads compute")
      ->check(between(1, kMostThreads));
  command->footer(
      "Example:\n"
      "  pi-ring quantize mymodel --type q4_k_m -o mymodel.gguf\n"
      "  pi-ring generate --model mymodel.gguf \"Once upon a time\"");
  command->callback([options] { quantize(*options); });
}

}  // namespace pi_ring
