// A model's config.json: what is accepted says the same when it is written and
// read again.
#include "model/architecture/config.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

constexpr const char* kConfigFile = "config.json";

bool is_same(const ModelConfig& a, const ModelConfig& b) {
  return a.architecture == b.architecture && a.dim == b.dim &&
         a.hidden_dim == b.hidden_dim && a.layers == b.layers &&
         a.heads == b.heads && a.kv_heads == b.kv_heads && a.vocab == b.vocab &&
         a.context == b.context && a.norm_epsilon == b.norm_epsilon &&
         a.rope_theta == b.rope_theta && a.rope_scaling == b.rope_scaling &&
         a.head_width == b.head_width && a.query_scalar == b.query_scalar &&
         a.window == b.window && a.windowed == b.windowed &&
         a.window_theta == b.window_theta && a.tied == b.tied &&
         a.bos == b.bos && a.eos == b.eos;
}

bool accepts_config(std::string_view bytes) {
  static const TemporaryFolder folder;
  static const TemporaryFolder again;
  write_file_text(folder / kConfigFile, std::string(bytes));
  return is_accepted([&] {
    const ModelConfig config = read_config(folder.path());
    require_one_line(config.name + config.note);
    write_config(config, again.path());
    require(is_same(config, read_config(again.path())),
            "a config that is written reads otherwise");
  });
}

std::vector<std::string> config_seeds() {
  const TemporaryFolder folder;
  std::vector<std::string> seeds;
  for (const bool tied : {false, true}) {
    write_config(small_config(tied), folder.path());
    seeds.push_back(file_text(folder / kConfigFile));
  }
  for (const Architecture* family : architectures()) {
    write_config(shape_of("260K", *family), folder.path());
    seeds.push_back(file_text(folder / kConfigFile));
  }
  seeds.emplace_back(
      R"({"architectures":["LlamaForCausalLM"],"model_type":"llama",)"
      R"("hidden_size":64,"intermediate_size":172,"num_hidden_layers":5,)"
      R"("num_attention_heads":8,"num_key_value_heads":4,"vocab_size":512,)"
      R"("max_position_embeddings":512,"rms_norm_eps":1e-05,)"
      R"("rope_theta":10000.0,"tie_word_embeddings":true,"hidden_act":"silu",)"
      R"("bos_token_id":1,"eos_token_id":2,"torch_dtype":"float32"})");
  return seeds;
}

const AddedTarget kConfig({"config", accepts_config, config_seeds});

}  // namespace
}  // namespace pi_ring
