// config.json of each family, as well-known models have it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "model/architecture/config.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/model/family_case.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class FamilyConfig : public testing::Test {
 protected:
  ModelConfig read(const json& object) const {
    write_file_text(folder_ / "config.json", object.dump());
    return read_config(folder_.path());
  }
  ModelConfig read_again(const ModelConfig& config) const {
    write_config(config, folder_.path());
    return read_config(folder_.path());
  }
  std::string refusal(json object, const char* key, const json& value) const {
    object[key] = value;
    return bad_input_of([&] { read(object); });
  }

  TemporaryFolder folder_;
};

const json kLlama32 = json::parse(R"({"architectures": ["LlamaForCausalLM"],
  "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 128000,
  "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu",
  "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 8192,
  "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
  "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8,
  "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 32.0,
  "high_freq_factor": 4.0, "low_freq_factor": 1.0,
  "original_max_position_embeddings": 8192, "rope_type": "llama3"},
  "rope_theta": 500000.0, "tie_word_embeddings": true,
  "torch_dtype": "bfloat16", "transformers_version": "4.45.0.dev0",
  "use_cache": true, "vocab_size": 128256})");

const json kMistral7B = json::parse(R"({"architectures": ["MistralForCausalLM"],
  "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu",
  "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336,
  "max_position_embeddings": 32768, "model_type": "mistral",
  "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
  "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "sliding_window": 4096,
  "tie_word_embeddings": false, "torch_dtype": "bfloat16",
  "transformers_version": "4.34.0.dev0", "use_cache": true,
  "vocab_size": 32000})");

const json kQwen25 = json::parse(R"({"architectures": ["Qwen2ForCausalLM"],
  "attention_dropout": 0.0, "bos_token_id": 151643, "eos_token_id": 151645,
  "hidden_act": "silu", "hidden_size": 896, "initializer_range": 0.02,
  "intermediate_size": 4864, "max_position_embeddings": 32768,
  "max_window_layers": 21, "model_type": "qwen2", "num_attention_heads": 14,
  "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
  "rope_theta": 1000000.0, "sliding_window": 32768,
  "tie_word_embeddings": true, "torch_dtype": "bfloat16",
  "transformers_version": "4.43.1", "use_cache": true,
  "use_sliding_window": false, "vocab_size": 151936})");

const json kQwen306B = json::parse(R"({"architectures": ["Qwen3ForCausalLM"],
  "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 151643,
  "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
  "hidden_size": 1024, "initializer_range": 0.02, "intermediate_size": 3072,
  "max_position_embeddings": 40960, "max_window_layers": 28,
  "model_type": "qwen3", "num_attention_heads": 16, "num_hidden_layers": 28,
  "num_key_value_heads": 8, "rms_norm_eps": 1e-06, "rope_scaling": null,
  "rope_theta": 1000000, "sliding_window": null, "tie_word_embeddings": true,
  "torch_dtype": "bfloat16", "transformers_version": "4.51.0",
  "use_cache": true, "use_sliding_window": false, "vocab_size": 151936})");

const json kGemma31B = json::parse(R"({"architectures": ["Gemma3ForCausalLM"],
  "attention_bias": false, "attention_dropout": 0.0,
  "attn_logit_softcapping": null, "bos_token_id": 2,
  "cache_implementation": "hybrid", "eos_token_id": [1, 106],
  "final_logit_softcapping": null, "head_dim": 256,
  "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152,
  "initializer_range": 0.02, "intermediate_size": 6912,
  "max_position_embeddings": 32768, "model_type": "gemma3_text",
  "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1,
  "pad_token_id": 0, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06,
  "rope_local_base_freq": 10000, "rope_scaling": null, "rope_theta": 1000000,
  "sliding_window": 512, "sliding_window_pattern": 6,
  "torch_dtype": "bfloat16", "transformers_version": "4.50.0.dev0",
  "use_cache": true, "vocab_size": 262144})");

const json kGpt2Small = json::parse(R"({"activation_function": "gelu_new",
  "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1,
  "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256,
  "initializer_range": 0.02, "layer_norm_epsilon": 1e-05,
  "model_type": "gpt2", "n_ctx": 1024, "n_embd": 768, "n_head": 12,
  "n_layer": 12, "n_positions": 1024, "resid_pdrop": 0.1,
  "summary_activation": null, "summary_first_dropout": 0.1,
  "summary_proj_to_labels": true, "summary_type": "cls_index",
  "summary_use_proj": true, "task_specific_params": {"text-generation":
  {"do_sample": true, "max_length": 50}}, "vocab_size": 50257})");

TEST_F(FamilyConfig, OfLlama32HasItsScaling) {
  const ModelConfig config = read(kLlama32);
  EXPECT_EQ(config.architecture, &kLlama);
  EXPECT_EQ(config.head_width, 0);
  EXPECT_EQ(config.rope_scaling.kind, RopeScaling::Kind::kLlama3);
  EXPECT_EQ(config.rope_scaling.factor, 32.0F);
  EXPECT_EQ(config.rope_scaling.original_context, 8192);
  EXPECT_EQ(read_again(config).rope_scaling, config.rope_scaling);
}

TEST_F(FamilyConfig, OfMistralHasAWindowInEveryLayer) {
  const ModelConfig config = read(kMistral7B);
  EXPECT_EQ(config.architecture, &kMistral);
  EXPECT_TRUE(config.is_windowed(31));
  EXPECT_EQ(config.first_seen(0, 4095), 0);
  EXPECT_EQ(config.first_seen(0, 4096), 1);
  EXPECT_EQ(read_again(config).window, 4096);
  json without = kMistral7B;
  without["sliding_window"] = nullptr;
  EXPECT_EQ(read(without).window, 0);
  EXPECT_EQ(read_again(read(without)).window, 0);
  without.erase("sliding_window");
  EXPECT_THAT(bad_input_of([&] { read(without); }),
              HasSubstr("sliding_window is missing"));
}

TEST_F(FamilyConfig, OfQwen25HasNoWindowWhileItIsSwitchedOff) {
  const ModelConfig config = read(kQwen25);
  EXPECT_EQ(config.architecture, &kQwen2);
  EXPECT_EQ(config.window, 0);
  EXPECT_EQ(config.first_seen(23, 30000), 0);
  json on = kQwen25;
  on["use_sliding_window"] = true;
  const ModelConfig windowed = read(on);
  EXPECT_FALSE(windowed.is_windowed(20));
  EXPECT_TRUE(windowed.is_windowed(21));
  EXPECT_EQ(read_again(windowed).windowed, windowed.windowed);
  EXPECT_THAT(refusal(kQwen25, "layer_types",
                      std::vector<std::string>(24, "sliding_attention")),
              HasSubstr("layer_types is "));
}

TEST_F(FamilyConfig, OfQwen3HasAHeadWidthOfItsOwn) {
  const ModelConfig config = read(kQwen306B);
  EXPECT_EQ(config.architecture, &kQwen3);
  EXPECT_EQ(config.head_dim(), 128);
  EXPECT_EQ(config.q_dim(), 2048);
  EXPECT_EQ(read_again(config).q_dim(), 2048);
  EXPECT_THAT(refusal(kQwen306B, "attention_bias", true),
              HasSubstr("attention_bias is true, expected false"));
}

TEST_F(FamilyConfig, OfGemma3HasLayersOfTwoKinds) {
  const ModelConfig config = read(kGemma31B);
  EXPECT_EQ(config.architecture, &kGemma3);
  EXPECT_TRUE(config.tied);
  EXPECT_TRUE(config.is_windowed(4));
  EXPECT_FALSE(config.is_windowed(5));
  EXPECT_EQ(config.window_theta, 1e4F);
  EXPECT_EQ(config.rope_theta, 1e6F);
  EXPECT_FLOAT_EQ(config.score_scale(), 1.0F / 16);
  const ModelConfig again = read_again(config);
  EXPECT_EQ(again.windowed, config.windowed);
  EXPECT_EQ(again.window, 512);
  EXPECT_EQ(again.query_scalar, 256.0F);
  EXPECT_THAT(refusal(kGemma31B, "final_logit_softcapping", 30.0),
              HasSubstr("final_logit_softcapping is 30.0"));
  EXPECT_THAT(refusal(kGemma31B, "hidden_activation", "relu"),
              HasSubstr("hidden_activation is \"relu\""));
}

TEST_F(FamilyConfig, OfNewerGemma3HasAnObjectForEachKind) {
  json object = kGemma31B;
  object.erase("rope_theta");
  object.erase("rope_local_base_freq");
  object.erase("rope_scaling");
  object["rope_parameters"] = {
      {"full_attention",
       {{"rope_type", "linear"}, {"factor", 8.0}, {"rope_theta", 2e6}}},
      {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", 2e4}}}};
  const ModelConfig config = read(object);
  EXPECT_EQ(config.rope_theta, 2e6F);
  EXPECT_EQ(config.window_theta, 2e4F);
  EXPECT_EQ(config.rope_scaling.factor, 8.0F);
}

TEST_F(FamilyConfig, OfGpt2HasItsOwnNames) {
  const ModelConfig config = read(kGpt2Small);
  EXPECT_EQ(config.architecture, &kGpt2);
  EXPECT_EQ(config.hidden_dim, 3072);
  EXPECT_EQ(config.context, 1024);
  EXPECT_TRUE(config.tied);
  EXPECT_EQ(read_again(config).hidden_dim, 3072);
  EXPECT_THAT(refusal(kGpt2Small, "activation_function", "gelu"),
              HasSubstr("activation_function is \"gelu\", expected "
                        "\"gelu_new\""));
  EXPECT_THAT(refusal(kGpt2Small, "scale_attn_by_inverse_layer_idx", true),
              HasSubstr("scale_attn_by_inverse_layer_idx is true"));
  EXPECT_THAT(refusal(kGpt2Small, "add_cross_attention", true),
              HasSubstr("add_cross_attention is true"));
}

TEST_F(FamilyConfig, OfTheReferencesReadsBackTheSame) {
  for (const std::string& name : family_names()) {
    const ModelConfig config = read_config(FamilyCase(name).folder);
    const ModelConfig again = read_again(config);
    EXPECT_EQ(again.architecture, config.architecture) << name;
    EXPECT_EQ(again.q_dim(), config.q_dim()) << name;
    EXPECT_EQ(again.windowed, config.windowed) << name;
    EXPECT_EQ(again.window, config.window) << name;
    EXPECT_EQ(again.window_theta, config.window_theta) << name;
    EXPECT_EQ(again.query_scalar, config.query_scalar) << name;
    EXPECT_EQ(again.rope_scaling, config.rope_scaling) << name;
    EXPECT_EQ(again.tied, config.tied) << name;
  }
}

TEST_F(FamilyConfig, YarnsAttentionFactorFollowsFromTheOthers) {
  json object = kQwen25;
  object["rope_scaling"] = {{"type", "yarn"}, {"factor", 4.0}};
  EXPECT_FLOAT_EQ(read(object).rope_scaling.attention_factor, 1.1386294F);
  object["rope_scaling"]["mscale"] = 1.0;
  object["rope_scaling"]["mscale_all_dim"] = 1.0;
  EXPECT_FLOAT_EQ(read(object).rope_scaling.attention_factor, 1.0F);
  object["rope_scaling"]["attention_factor"] = 2.0;
  EXPECT_FLOAT_EQ(read(object).rope_scaling.attention_factor, 2.0F);
  EXPECT_EQ(read(object).rope_scaling.original_context, 32768);
}

TEST_F(FamilyConfig, ScalingsThatMakeNoSenseAreRefused) {
  const auto refused = [&](const json& scaling) {
    return refusal(kQwen25, "rope_scaling", scaling);
  };
  EXPECT_THAT(refused({{"type", "linear"}, {"factor", 0.5}}),
              HasSubstr("factor is 0.5, expected a number of at least 1"));
  EXPECT_THAT(refused({{"type", "llama3"}, {"factor", 8}}),
              HasSubstr("original_max_position_embeddings is missing"));
  EXPECT_THAT(refused({{"type", "dynamic"},
                       {"factor", 2},
                       {"original_max_position_embeddings", 4096}}),
              HasSubstr("original_max_position_embeddings is 4096, expected "
                        "max_position_embeddings (32768)"));
  EXPECT_THAT(refused({{"type", "yarn"}, {"factor", 2}, {"beta_slow", 64}}),
              HasSubstr("at least beta_slow"));
}

TEST_F(FamilyConfig, TensorsOfEveryFamilyHaveAGgufName) {
  for (const Architecture* family : architectures()) {
    for (const TensorRule& rule : family->tensors) {
      EXPECT_FALSE(rule.gguf.empty()) << family->name << ' ' << rule.name;
    }
  }
  ModelConfig config = read(kGpt2Small);
  config.format = FileFormat::kGguf;
  const ModelTensor up = tensor_of(config, Role::kUp, 3);
  EXPECT_EQ(up.name, "blk.3.ffn_up.weight");
  EXPECT_THAT(up.file_shape(), ElementsAre(3072, 768));
  config.format = FileFormat::kSafetensors;
  EXPECT_THAT(tensor_of(config, Role::kUp, 3).file_shape(),
              ElementsAre(768, 3072));
}

}  // namespace
}  // namespace pi_ring
