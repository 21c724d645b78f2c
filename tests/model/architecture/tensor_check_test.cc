// A tensor that the family's list does not name is refused, wherever a model's
// file is opened.
#include "model/architecture/tensor_check.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "model/folder/model_folder.h"
#include "model/math/float_buffer.h"
#include "model/tensor/safetensors.h"
#include "tests/bad_input_of.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/model/tensor/safetensors_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

// Appends a tensor of zeros, or of the bytes that are given.
void add_tensor(const fs::path& file, const std::string& name,
                const std::vector<int>& shape, std::string bytes = {}) {
  const std::string text = file_text(file);
  size_t size = sizeof(float);
  for (const int extent : shape) size *= floats(extent);
  bytes.resize(size);
  json header = json::parse(header_of(text));
  const size_t end = text.size() - 8 - header_of(text).size();
  header[name] = {
      {"dtype", "F32"}, {"shape", shape}, {"data_offsets", {end, end + size}}};
  write_file_text(file, with_header(text, header.dump()) + bytes);
}

class TensorCheck : public testing::Test {
 protected:
  TensorCheck() { write_small_model(model()); }

  fs::path model() const { return folder_ / "model"; }
  fs::path file() const { return model() / "model.safetensors"; }
  std::string refusal() const {
    return bad_input_of([&] { open_weights(model(), 1, 0); });
  }

  TemporaryFolder folder_;
};

class UnknownTensor : public TensorCheck,
                      public testing::WithParamInterface<const char*> {};

TEST_P(UnknownTensor, IsRefusedByName) {
  add_tensor(file(), GetParam(), {8});
  EXPECT_EQ(refusal(), file().string() + ": tensor \"" + GetParam() +
                           "\" is not part of a LlamaForCausalLM of 3 layers");
}

INSTANTIATE_TEST_SUITE_P(
    OfRelatives, UnknownTensor,
    testing::Values("model.layers.0.self_attn.q_proj.bias",
                    "model.layers.0.self_attn.k_proj.bias",
                    "model.layers.2.self_attn.v_proj.bias",
                    "model.layers.0.self_attn.o_proj.bias",
                    "model.layers.1.mlp.gate_proj.bias",
                    "model.layers.1.mlp.up_proj.bias",
                    "model.layers.1.mlp.down_proj.bias",
                    "model.layers.0.self_attn.q_norm.weight",
                    "model.layers.0.self_attn.k_norm.weight",
                    "model.layers.3.input_layernorm.weight", "model.norm.bias",
                    "lm_head.bias", "something.else"));

TEST_F(TensorCheck, EveryWayToOpenAModelRefusesIt) {
  const std::string name = "model.layers.0.self_attn.q_norm.weight";
  add_tensor(file(), name, {8});
  for (const int rank : {0, 1, 2}) {
    EXPECT_THAT(bad_input_of([&] { open_weights(model(), 3, rank); }),
                HasSubstr(name));
  }
  EXPECT_THAT(bad_input_of([&] { ModelFolder(model()).tensors(); }),
              HasSubstr(name));
  EXPECT_THAT(bad_input_of([&] { write_shards(model(), 2, folder_ / "out"); }),
              HasSubstr(name));
}

TEST_F(TensorCheck, AShardIsHeldToItToo) {
  const fs::path shards = folder_ / "shards";
  write_shards(model(), 3, shards);
  add_tensor(shards / "rank-1" / "model.safetensors", "something.else", {8});
  EXPECT_NO_THROW(open_weights(shards, 3, 0));
  EXPECT_THAT(bad_input_of([&] { open_weights(shards, 3, 1); }),
              HasSubstr("rank-1/model.safetensors: tensor \"something.else\""));
  EXPECT_THAT(bad_input_of([&] { ModelFolder(shards).tensors(); }),
              HasSubstr("rank-1/model.safetensors: tensor \"something.else\""));
}

TEST_F(TensorCheck, StoredFrequenciesAreAccepted) {
  add_tensor(file(), "model.layers.2.self_attn.rotary_emb.inv_freq", {1});
  EXPECT_NO_THROW(open_weights(model(), 1, 0));
  add_tensor(file(), "model.layers.3.self_attn.rotary_emb.inv_freq", {1});
  EXPECT_THAT(refusal(), HasSubstr("layers.3.self_attn.rotary_emb.inv_freq"));
}

TEST_F(TensorCheck, ATiedModelsClassifierMustBeItsEmbedding) {
  std::string bytes;
  {
    const SafetensorsFile opened(file());
    const auto values = opened.find("model.embed_tokens.weight")->bytes;
    bytes.assign(reinterpret_cast<const char*>(values.data()), values.size());
  }
  const std::string without = file_text(file());
  add_tensor(file(), "lm_head.weight", {16, 8}, bytes);
  EXPECT_NO_THROW(open_weights(model(), 1, 0));
  bytes[17] ^= 1;
  write_file_text(file(), without);
  add_tensor(file(), "lm_head.weight", {16, 8}, bytes);
  EXPECT_EQ(refusal(),
            file().string() +
                ": tensor \"lm_head.weight\" differs from "
                "\"model.embed_tokens.weight\", though tie_word_embeddings "
                "says that they are one");
  EXPECT_NO_THROW(open_weights(model(), 2, 0)) << "only the head reads it";
}

}  // namespace
}  // namespace pi_ring
