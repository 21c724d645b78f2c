// A checkpoint of llama2.c: what is accepted becomes a model's folder, which
// opens and has the shape that the header says.
#include <cmath>
#include <cstring>

#include "model/exchange/import_llama2c.h"
#include "model/exchange/llama2c_layout.h"
#include "model/folder/model_folder.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

bool accepts_llama2c(std::string_view bytes) {
  static const TemporaryFolder folder;
  const auto bin = folder / "model.bin";
  const auto out = folder / "model";
  write_file_text(bin, std::string(bytes));
  const bool accepted = is_accepted([&] {
    const ModelConfig config = import_llama2c_weights(bin, out);
    const ModelFolder model(out);
    require(model.config().layers == config.layers, "another shape is written");
    model.tensors();
  });
  require(accepted == std::filesystem::exists(out),
          "a folder is left of what was refused, or none of what was accepted");
  std::filesystem::remove_all(out);
  return accepted;
}

ModelConfig tiny_config(bool tied) {
  ModelConfig config;
  config.dim = 4;
  config.hidden_dim = 3;
  config.layers = 1;
  config.heads = 2;
  config.kv_heads = 1;
  config.vocab = 3;
  config.context = 2;
  config.tied = tied;
  return config;
}

std::vector<std::string> llama2c_seeds() {
  std::vector<std::string> seeds;
  for (const bool tied : {false, true}) {
    const auto header = llama2c_header(tiny_config(tied));
    std::string& seed = seeds.emplace_back(
        llama2c_layout(tiny_config(tied)).file_bytes, '\x3f');
    std::memcpy(seed.data(), header.data(), sizeof header);
  }
  return seeds;
}

const AddedTarget kLlama2c({"llama2c", accepts_llama2c, llama2c_seeds});

}  // namespace
}  // namespace pi_ring
