// `pi-ring export`: a model, its shards or a checkpoint in others' forms.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/interruption.h"
#include "model/base/new_file.h"
#include "model/exchange/export_gguf.h"
#include "model/exchange/export_hf.h"
#include "model/exchange/export_llama2c.h"
#include "model/exchange/llama2c_tokenizer.h"
#include "userspace/commands/command.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/processors.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

struct ExportOptions {
  fs::path model;
  fs::path out;
  std::string form = "hf";
  std::string type = "f32";
};

DType type_of(const std::string& name) {
  if (name == "f32") return DType::F32;
  if (name == "f16") return DType::F16;
  if (name == "bf16") return DType::BF16;
  throw WrongCall("--type " + name +
                  ": expected f32, f16 or bf16, or --to gguf");
}

void write_gguf(const ExportOptions& options) {
  const auto types = find_gguf_types(options.type);
  if (!types) {
    throw WrongCall("--type " + options.type + ": expected one of " +
                    names_of_gguf_types());
  }
  const StopRequest stop;
  const ModelFolder model = open_model(options.model);
  export_gguf(model, *types, usable_processors(), options.out);
  std::cerr << "pi-ring: " << options.out.string() << ": "
            << model.config().layers << " layers of " << model.config().dim
            << ", " << options.type << '\n';
}

void write_llama2c(const ModelFolder& model, const fs::path& out) {
  export_llama2c_weights(model, out / "model.bin");
  export_llama2c_tokenizer(model.tokenizer_folder(), out / "tokenizer.bin");
}

void export_model(const ExportOptions& options) {
  if (options.form == "gguf") return write_gguf(options);
  const bool to_llama2c = options.form == "llama2c";
  if (to_llama2c && options.type != "f32") {
    throw WrongCall("--type " + options.type + ": llama2.c's form is f32");
  }
  const StopRequest stop;
  const ModelFolder model = open_model(options.model);
  const DType type = type_of(options.type);
  if (fs::exists(options.out)) {
    throw BadInput(options.out, "is already there, expected a new folder");
  }
  NewFolder folder(options.out);
  if (to_llama2c) {
    write_llama2c(model, options.out);
  } else {
    export_hf(model, type, options.out);
  }
  folder.commit();
  std::cerr << "pi-ring: " << options.out.string() << ": "
            << model.config().layers << " layers of " << model.config().dim
            << ", "
            << (to_llama2c ? "model.bin and tokenizer.bin" : options.type)
            << '\n';
}

}  // namespace

void add_export(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand(
      "export", "Gives a model, shards or a checkpoint to other programs");
  command
      ->add_option("MODEL", options->model,
                   "A model's folder, shards of all ranks, or a checkpoint")
      ->required();
  command
      ->add_option("--to", options->form,
                   "hf: one folder as Hugging Face has it; gguf: one file; "
                   "llama2c: model.bin and tokenizer.bin")
      ->check(CLI::IsMember({"hf", "gguf", "llama2c"}))
      ->capture_default_str();
  command
      ->add_option("--type", options->type,
                   "Of the weights: f32, f16 or bf16; for gguf also "
                   "those of quantize")
      ->capture_default_str();
  command->add_option("-o,--out", options->out, "The folder or file to make")
      ->required();
  command->footer(
      "Examples:\n"
      "  pi-ring export run/step-00001000 --type f16 -o mymodel\n"
      "  pi-ring export mymodel --to llama2c -o for-llama2c");
  command->callback([options] { export_model(*options); });
}

}  // namespace pi_ring
