// config.json: what is read, what is assumed, and what is refused by name.
#include "model/architecture/config.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/model/architecture/config_text.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Config = ConfigTest;

TEST_F(Config, WhatIsWrittenIsReadBack) {
  ModelConfig config;
  config.name = "stories";
  config.note = "untrained";
  config.dim = 64;
  config.hidden_dim = 172;
  config.layers = 5;
  config.heads = 8;
  config.kv_heads = 4;
  config.vocab = 512;
  config.context = 128;
  config.norm_epsilon = 1e-5F;
  config.rope_theta = 500000.0F;
  config.tied = false;
  config.bos = 3;
  config.eos = {4, 6};
  write_config(config, folder_.path());
  const ModelConfig back = read_config(folder_.path());
  EXPECT_EQ(back.name, "stories");
  EXPECT_EQ(back.note, "untrained");
  EXPECT_EQ(back.dim, 64);
  EXPECT_EQ(back.hidden_dim, 172);
  EXPECT_EQ(back.layers, 5);
  EXPECT_EQ(back.heads, 8);
  EXPECT_EQ(back.kv_heads, 4);
  EXPECT_EQ(back.vocab, 512);
  EXPECT_EQ(back.context, 128);
  EXPECT_EQ(back.norm_epsilon, 1e-5F);
  EXPECT_EQ(back.rope_theta, 500000.0F);
  EXPECT_FALSE(back.tied);
  EXPECT_EQ(back.bos, 3);
  EXPECT_THAT(back.eos, ElementsAre(4, 6));
}

TEST_F(Config, FloatsAreWrittenWithTheFewestDigits) {
  ModelConfig config;
  write_config(config, folder_.path());
  EXPECT_THAT(file_text(folder_ / "config.json"),
              HasSubstr(R"("rms_norm_eps": 1e-05)"));
}

TEST_F(Config, WhatIsAbsentIsAsHuggingFaceHasIt) {
  const ModelConfig config = read(valid().dump());
  EXPECT_EQ(config.kv_heads, 8);
  EXPECT_FALSE(config.tied);
  EXPECT_EQ(config.norm_epsilon, 1e-6F);
  EXPECT_EQ(config.rope_theta, 10000.0F);
  EXPECT_EQ(config.bos, 1);
  EXPECT_THAT(config.eos, ElementsAre(2));
  EXPECT_EQ(config.note, "");
}

TEST_F(Config, NullCountsAsAbsent) {
  EXPECT_EQ(read_with("num_key_value_heads", nullptr).kv_heads, 8);
  EXPECT_NO_THROW(read_with("rope_scaling", nullptr));
  EXPECT_NO_THROW(read_with("head_dim", nullptr));
}

TEST_F(Config, TheNameIsTheFoldersUnlessTheFileSays) {
  const std::string last = folder_.path().filename().string();
  EXPECT_EQ(read(valid().dump()).name, last);
  EXPECT_EQ(read_config(folder_ / "").name, last);
  EXPECT_EQ(read_config(folder_ / ".").name, last);
  EXPECT_EQ(read_with("pi_ring", {{"name", "demo"}}).name, "demo");
}

TEST_F(Config, ANameWithATerminalEscapeIsRefused) {
  for (const char* escape : {"\x1b[2J", "\xC2\x9B\x32J", "\x7f", "a\nb"}) {
    for (const char* field : {"name", "note"}) {
      EXPECT_THAT(refusal_with("pi_ring", {{field, escape}}),
                  HasSubstr("one line"));
    }
  }
}

TEST_F(Config, ThetaIsFoundInNewerFilesToo) {
  const json rope = {{"rope_type", "default"}, {"rope_theta", 5e5}};
  EXPECT_EQ(read_with("rope_parameters", rope).rope_theta, 5e5F);
  EXPECT_THAT(refusal_with("rope_parameters", {{"rope_type", "longrope"}}),
              HasSubstr("rope_type is \"longrope\", expected default, linear, "
                        "dynamic, llama3 or yarn"));
}

TEST_F(Config, ADefaultScalingIsNone) {
  for (const char* key : {"rope_type", "type"}) {
    const ModelConfig config = read_with("rope_scaling", {{key, "default"}});
    EXPECT_EQ(config.rope_scaling, RopeScaling{});
  }
}

TEST_F(Config, AHeadMayHaveASizeOfItsOwn) {
  EXPECT_EQ(read_with("head_dim", 8).head_width, 0);
  const ModelConfig config = read_with("head_dim", 16);
  EXPECT_EQ(config.head_dim(), 16);
  EXPECT_EQ(config.q_dim(), 128);
  EXPECT_THAT(refusal_with("head_dim", 1 << 20),
              HasSubstr("all heads' width is 8388608, expected at most"));
}

TEST_F(Config, SiluHasTwoNames) {
  EXPECT_NO_THROW(read_with("hidden_act", "swish"));
}

TEST_F(Config, VariantsOfTheArithmeticAreRefusedByName) {
  EXPECT_THAT(refusal_with("hidden_act", "gelu"),
              HasSubstr("hidden_act is \"gelu\", expected \"silu\""));
  EXPECT_THAT(refusal_with("attention_bias", true),
              HasSubstr("attention_bias is true, expected false"));
  EXPECT_THAT(refusal_with("mlp_bias", true), HasSubstr("mlp_bias is true"));
  EXPECT_THAT(refusal_with("rope_scaling", {{"factor", 2}}),
              HasSubstr("field \"factor\" is not known"));
  EXPECT_THAT(refusal_with("quantization_config", {{"bits", 4}}),
              HasSubstr("quantization_config"));
}

struct Field {
  const char* name;
  json value;
};

// Fields by which relatives of Llama compute otherwise, each with a value that
// changes nothing and one that would.
struct Relative {
  const char* name;
  json neutral;
  json other;
};

const std::vector<Relative> kRelatives = {
    {"attention_multiplier", nullptr, 0.5},
    {"embedding_multiplier", 1.0, 12.0},
    {"residual_multiplier", 1, 0.22},
    {"logits_scaling", 1.0, 8.0},
    {"logit_scale", 1, 0.0625},
    {"scale_emb", 1, 12},
    {"clip_qkv", nullptr, 8},
    {"sliding_window", nullptr, 4},
    {"use_sliding_window", false, true},
    {"partial_rotary_factor", 1.0, 0.5},
    {"rope_interleaved", false, true},
    {"no_rope_layers", {1, 1, 1, 1, 1}, {1, 1, 1, 0, 1}},
    {"qk_layernorm", false, true},
    {"use_qk_norm", false, true},
    {"layer_types",
     {"full_attention", "full_attention"},
     {"full_attention", "sliding_attention"}},
    {"attn_logit_softcapping", nullptr, 50.0},
    {"final_logit_softcapping", nullptr, 30.0},
    {"query_pre_attn_scalar", nullptr, 256},
    {"attention_chunk_size", nullptr, 8192},
    {"num_local_experts", 0, 8},
    {"layer_norm_eps", nullptr, 1e-5},
    {"bias", false, true},
    {"is_encoder_decoder", false, true},
    {"pruned_heads", json::object(), {{"0", {1}}}},
};

TEST_F(Config, FieldsOfRelativesAreRefusedUnlessNeutral) {
  for (const auto& [name, neutral, other] : kRelatives) {
    EXPECT_NO_THROW(read_with(name, neutral)) << name;
    EXPECT_THAT(refusal_with(name, other),
                HasSubstr("config.json: " + std::string(name) + " is "));
  }
}

TEST_F(Config, AFactorIsRefusedWithWhatItMayBe) {
  EXPECT_THAT(refusal_with("residual_multiplier", 0.22),
              HasSubstr("residual_multiplier is 0.22, expected 1"));
  EXPECT_THAT(refusal_with("no_rope_layers", {1, 0}),
              HasSubstr("no_rope_layers is [1,0], expected 1 only"));
  EXPECT_THAT(refusal_with("attention_multiplier", 0.5),
              HasSubstr("attention_multiplier is 0.5, expected none: models "
                        "with it do not run here"));
}

TEST_F(Config, AWindowThatIsSwitchedOffIsHarmless) {
  json object = valid();
  object["sliding_window"] = 4096;
  object["max_window_layers"] = 28;
  EXPECT_THAT(refusal(object.dump()), HasSubstr("max_window_layers is 28"));
  object["use_sliding_window"] = false;
  EXPECT_NO_THROW(read(object.dump()));
}

TEST_F(Config, AnUnknownFieldIsRefusedByName) {
  EXPECT_THAT(refusal_with("sparkle_factor", 2),
              HasSubstr("field \"sparkle_factor\" is not known, and may change "
                        "the results: if the model does not need it, "
                        "remove it"));
  EXPECT_THAT(refusal_with("\x1b[2J", 2), Not(HasSubstr("\x1b")));
  EXPECT_NO_THROW(read_with("sparkle_factor", nullptr));
  EXPECT_NO_THROW(read_with("_sparkle", 2));
}

TEST_F(Config, AnUnknownFieldOfRopeIsRefused) {
  EXPECT_THAT(refusal_with("rope_parameters",
                           {{"rope_type", "default"}, {"factor", 8}}),
              HasSubstr("field \"factor\" is not known"));
  EXPECT_THAT(refusal_with("rope_parameters", {{"type", "linear"}}),
              HasSubstr("factor is missing, expected a number"));
  EXPECT_THAT(refusal_with("rope_parameters", {{"partial_rotary_factor", 0.5}}),
              HasSubstr("partial_rotary_factor is 0.5, expected 1"));
}

TEST_F(Config, ThetaBesideNewerParametersCounts) {
  json object = valid();
  object["rope_theta"] = 5e5;
  object["rope_parameters"] = {{"rope_type", "default"}};
  EXPECT_EQ(read(object.dump()).rope_theta, 5e5F);
  object["rope_parameters"]["rope_theta"] = 1e6;
  EXPECT_EQ(read(object.dump()).rope_theta, 1e6F);
}

// What folders of TinyLlama, SmolLM2, Llama 2 and 3, Vicuna and others say
// besides the model's shape.
TEST_F(Config, FieldsThatChangeNothingAreAccepted) {
  json object = valid();
  for (const auto& [name, value] :
       std::vector<Field>{{"_name_or_path", "meta-llama/Llama-2-7b-hf"},
                          {"_attn_implementation_autoset", true},
                          {"attention_bias", false},
                          {"attention_dropout", 0.0},
                          {"mlp_bias", false},
                          {"initializer_range", 0.041666666666666664},
                          {"is_llama_config", true},
                          {"pretraining_tp", 1},
                          {"rope_interleaved", false},
                          {"rope_scaling", nullptr},
                          {"pad_token_id", -1},
                          {"max_sequence_length", 2048},
                          {"torch_dtype", "bfloat16"},
                          {"dtype", "float32"},
                          {"transformers_version", "4.40.1"},
                          {"transformers.js_config", {{"dtype", "q4"}}},
                          {"unsloth_fixed", true},
                          {"use_cache", true},
                          {"output_attentions", false},
                          {"return_dict", true},
                          {"id2label", {{"0", "LABEL_0"}}},
                          {"chunk_size_feed_forward", 0},
                          {"tie_encoder_decoder", false},
                          {"temperature", 1.0},
                          {"top_k", 50},
                          {"max_length", 20}}) {
    object[name] = value;
  }
  EXPECT_NO_THROW(read(object.dump()));
}

TEST_F(Config, AnotherArchitectureIsRefused) {
  EXPECT_THAT(refusal_with("architectures", {"GPT2LMHeadModel"}),
              HasSubstr("expected gpt2"));
  EXPECT_THAT(refusal_with("architectures", {"FalconForCausalLM"}),
              HasSubstr("expected [\"LlamaForCausalLM\"] or "));
  EXPECT_THAT(refusal_with("model_type", "mistral"),
              HasSubstr("model_type is \"mistral\", expected llama"));
  EXPECT_THAT(refusal("{}"), HasSubstr("model_type is missing"));
}

TEST_F(Config, EveryCountIsNeededAndHasLimits) {
  for (const char* key :
       {"hidden_size", "intermediate_size", "num_hidden_layers",
        "num_attention_heads", "vocab_size", "max_position_embeddings"}) {
    json without = valid();
    without.erase(key);
    EXPECT_THAT(refusal(without.dump()),
                HasSubstr(std::string(key) + " is missing, expected 1 to"));
    for (const json& value :
         std::vector<json>{0, -1, -9223372036854775807LL, 4294967296LL,
                           9223372036854775807LL, 18446744073709551615ULL, 1.5,
                           "8", json::array({8}), json::object(), true}) {
      EXPECT_THAT(refusal_with(key, value),
                  HasSubstr(std::string(key) + " is "))
          << value;
    }
  }
}

TEST_F(Config, NumbersThatDoNotFitEachOtherAreRefused) {
  EXPECT_THAT(refusal_with("num_attention_heads", 7),
              HasSubstr("hidden size is 64, expected a multiple"));
  EXPECT_THAT(refusal_with("num_key_value_heads", 3),
              HasSubstr("attention heads is 8, expected a multiple"));
  EXPECT_THAT(refusal_with("num_attention_heads", 64),
              HasSubstr("head's size is 1"));
  EXPECT_THAT(refusal_with("bos_token_id", 512),
              HasSubstr("begin token is 512, expected 0 to 511"));
  EXPECT_THAT(refusal_with("eos_token_id", -1), HasSubstr("eos_token_id"));
}

TEST_F(Config, FloatsThatMakeNoSenseAreRefused) {
  EXPECT_THAT(refusal_with("rms_norm_eps", 0), HasSubstr("epsilon"));
  EXPECT_THAT(refusal_with("rms_norm_eps", 1e-60), HasSubstr("epsilon"));
  EXPECT_THAT(refusal_with("rms_norm_eps", "small"), HasSubstr("a number"));
  EXPECT_THAT(refusal_with("rope_theta", -1), HasSubstr("theta"));
  EXPECT_THAT(refusal_with("rope_theta", 1e300), HasSubstr("a number"));
}

TEST_F(Config, AMissingFileIsNamed) {
  EXPECT_EQ(
      bad_input_of([&] { read_config(folder_ / "none"); }),
      (folder_ / "none").string() + "/config.json: No such file or directory");
}

TEST_F(Config, WhatIsNoConfigAtAllIsRefused) {
  EXPECT_THAT(refusal(""), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(refusal(std::string(900000, '[')), HasSubstr("deeper"));
  EXPECT_THAT(refusal(std::string(2000000, ' ')),
              HasSubstr("2000000 bytes, expected at most"));
}

TEST_F(Config, AFileCutAnywhereIsRefused) {
  const std::string whole = valid().dump();
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(refusal(whole.substr(0, size)), HasSubstr("not JSON")) << size;
  }
}

}  // namespace
}  // namespace pi_ring
