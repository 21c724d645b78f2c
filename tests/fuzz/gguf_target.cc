// A GGUF file: whatever it says, each value and each tensor lies inside it. A
// file that is a model opens as one, and its tokenizer turns a text into tokens
// of the vocabulary.
#include "model/exchange/export_gguf.h"
#include "model/folder/random_model.h"
#include "model/folder/weights.h"
#include "model/tensor/gguf_file.h"
#include "model/text/plain_tokenizer.h"
#include "model/text/tokenizer.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

void read_gguf_value(const GgufValue& value) {
  size_t bytes = 0;
  for (const std::string_view text : value.texts()) bytes += text.size();
  require(bytes <= value.bytes.size(), "a text reaches beyond its array");
  require(value.numbers().size() <= value.bytes.size(),
          "there are more numbers than bytes");
  if (value.is_number()) static_cast<void>(value.number());
  static_cast<void>(value.same_number());
}

void read_gguf(const std::filesystem::path& path) {
  const GgufFile file(path);
  for (const auto& named : file.values()) read_gguf_value(named.second);
  for (const auto& [name, view] : file.tensors()) {
    Tensor tensor(file, view);
    is_accepted([&] { tensor.check_values(); });
    is_accepted([&] { tensor.rows(0, 1); });
  }
}

void open_gguf_model(const std::filesystem::path& path) {
  const ModelFolder model(path);
  model.tensors();
  const Weights weights(model, model.cut_for(1).front());
  std::vector<float> row(static_cast<size_t>(model.config().dim));
  weights.row("token_embd.weight", 0, row);
  if (!model.has_tokenizer()) return;
  const Tokenizer tokenizer(path, model.config().vocab);
  for (const int token : tokenizer.encode("Once upon  a time\n\xC3\xA9")) {
    require(token >= 0 && token < model.config().vocab,
            "a token is not in the vocabulary");
  }
}

bool accepts_gguf(std::string_view bytes) {
  static const TemporaryFolder folder;
  const auto path = folder / "model.gguf";
  write_file_text(path, std::string(bytes));
  return is_accepted([&] {
    read_gguf(path);
    open_gguf_model(path);
  });
}

std::vector<std::string> gguf_seeds() {
  const TemporaryFolder folder;
  ModelConfig config;
  config.dim = 32;
  config.hidden_dim = 32;
  config.layers = 1;
  config.heads = 2;
  config.kv_heads = 1;
  config.vocab = kSmallestPlainVocab;
  config.context = 8;
  write_random_model(config, 1, DType::F32, folder / "model");
  write_plain_tokenizer(config.vocab, folder / "model");
  const ModelFolder model(folder / "model");
  std::vector<std::string> seeds;
  for (const char* type : {"q4_0", "q8_0"}) {
    export_gguf(model, find_gguf_types(type).value(), 1, folder / "seed.gguf");
    seeds.push_back(file_text(folder / "seed.gguf"));
  }
  return seeds;
}

const AddedTarget kGguf({"gguf", accepts_gguf, gguf_seeds});

}  // namespace
}  // namespace pi_ring
