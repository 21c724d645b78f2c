// config.json: what is read, what is assumed, and what is refused by name.
#include "model/architecture/config.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Config : public testing::Test {
 protected:
  json valid() const {
    return {{"architectures", {"LlamaForCausalLM"}},
            {"model_type", "llama"},
            {"hidden_size", 64},
            {"intermediate_size", 172},
            {"num_hidden_layers", 5},
            {"num_attention_heads", 8},
            {"vocab_size", 512},
            {"max_position_embeddings", 256}};
  }
  ModelConfig read(const std::string& text) const {
    write_file_text(folder_ / "config.json", text);
    return read_config(folder_.path());
  }
  ModelConfig read_with(const char* key, const json& value) const {
    json object = valid();
    object[key] = value;
    return read(object.dump());
  }
  std::string refusal(const std::string& text) const {
    return bad_input_of([&] { read(text); });
  }
  std::string refusal_with(const char* key, const json& value) const {
    json object = valid();
    object[key] = value;
    return refusal(object.dump());
  }

  TemporaryFolder folder_;
};

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
  config.eos = 4;
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
  EXPECT_EQ(back.eos, 4);
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
  EXPECT_EQ(config.eos, 2);
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
  EXPECT_THAT(refusal_with("pi_ring", {{"name", "\x1b[2J"}}),
              HasSubstr("one line"));
}

TEST_F(Config, AListOfEndTokensGivesTheFirst) {
  EXPECT_EQ(read_with("eos_token_id", {7, 8, 9}).eos, 7);
  EXPECT_THAT(refusal_with("eos_token_id", json::array()),
              HasSubstr("eos_token_id is []"));
}

TEST_F(Config, ThetaIsFoundInNewerFilesToo) {
  const json rope = {{"rope_type", "default"}, {"rope_theta", 5e5}};
  EXPECT_EQ(read_with("rope_parameters", rope).rope_theta, 5e5F);
  EXPECT_THAT(refusal_with("rope_parameters", {{"rope_type", "llama3"}}),
              HasSubstr("rope_type is \"llama3\""));
}

TEST_F(Config, AHeadSizeOfItsOwnIsRefused) {
  EXPECT_EQ(read_with("head_dim", 8).head_dim(), 8);
  EXPECT_THAT(refusal_with("head_dim", 16),
              HasSubstr("head_dim is 16, expected hidden_size / "
                        "num_attention_heads (8)"));
}

TEST_F(Config, VariantsOfTheArithmeticAreRefusedByName) {
  EXPECT_THAT(refusal_with("hidden_act", "gelu"),
              HasSubstr("hidden_act is \"gelu\", expected \"silu\""));
  EXPECT_THAT(refusal_with("attention_bias", true),
              HasSubstr("attention_bias is true, expected false"));
  EXPECT_THAT(refusal_with("mlp_bias", true), HasSubstr("mlp_bias is true"));
  EXPECT_THAT(refusal_with("rope_scaling", {{"factor", 2}}),
              HasSubstr("rope_scaling is {\"factor\":2}"));
  EXPECT_THAT(refusal_with("quantization_config", {{"bits", 4}}),
              HasSubstr("quantization_config"));
}

TEST_F(Config, AnotherArchitectureIsRefused) {
  EXPECT_THAT(refusal_with("architectures", {"GPT2LMHeadModel"}),
              HasSubstr("expected [\"LlamaForCausalLM\"]"));
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
