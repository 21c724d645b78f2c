// The config that a GGUF file's metadata say, and keys that are refused.
#include "model/folder/gguf_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/bad_input_of.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

class GgufConfig : public testing::Test {
 protected:
  // Reads the metadata of a small Llama and what `add` adds to them.
  ModelConfig read_with(const std::function<void(GgufMetadata&)>& add) const {
    GgufMetadata metadata;
    metadata.add("general.architecture", "llama");
    metadata.add("llama.context_length", 256U);
    metadata.add("llama.embedding_length", 64U);
    metadata.add("llama.block_count", 5U);
    metadata.add("llama.feed_forward_length", 172U);
    metadata.add("llama.attention.head_count", 8U);
    metadata.add("llama.attention.head_count_kv", 4U);
    metadata.add("llama.attention.layer_norm_rms_epsilon", 1e-5F);
    metadata.add("llama.vocab_size", 512U);
    add(metadata);
    GgufWriter(path(), metadata, {}).commit();
    return read_gguf_config(GgufFile(path()));
  }
  ModelConfig read_with(const char* key, float value) const {
    return read_with([&](GgufMetadata& metadata) { metadata.add(key, value); });
  }
  std::string refusal_with(const char* key, float value) const {
    return bad_input_of([&] { read_with(key, value); });
  }
  std::filesystem::path path() const { return folder_ / "small.gguf"; }

  TemporaryFolder folder_;
};

TEST_F(GgufConfig, SaysWhatConfigJsonWould) {
  const ModelConfig config = read_with([](GgufMetadata& metadata) {
    metadata.add("llama.rope.freq_base", 5000.0F);
    metadata.add("tokenizer.ggml.eos_token_id", 7U);
    metadata.add("tokenizer.ggml.eot_token_id", 9U);
  });
  EXPECT_EQ(config.architecture, &kLlama);
  EXPECT_EQ(config.dim, 64);
  EXPECT_EQ(config.kv_heads, 4);
  EXPECT_EQ(config.rope_theta, 5000.0F);
  EXPECT_TRUE(config.tied);
  EXPECT_THAT(config.eos, testing::ElementsAre(7, 9));
}

TEST_F(GgufConfig, AKeyThatIsNotKnownIsRefused) {
  EXPECT_THAT(refusal_with("llama.new_trick", 1),
              HasSubstr("llama.new_trick is not known, and may change"));
}

TEST_F(GgufConfig, ARefusalShowsNoControlCharacterOfAKey) {
  EXPECT_THAT(refusal_with("llama.\x1b[2Jtrick", 1),
              HasSubstr("llama.?[2Jtrick is not known"));
}

TEST_F(GgufConfig, AKeyThatChangesResultsIsRefusedUnlessNeutral) {
  for (const char* key :
       {"llama.logit_scale", "llama.rope.scaling.attn_factor"}) {
    EXPECT_NO_THROW(read_with(key, 1));
    EXPECT_THAT(refusal_with(key, 2), HasSubstr(key));
    EXPECT_THAT(refusal_with(key, 2), HasSubstr("expected 1"));
  }
}

TEST_F(GgufConfig, AFamilyThatIsNotKnownIsRefusedByName) {
  GgufMetadata metadata;
  metadata.add("general.architecture", "mamba");
  GgufWriter(path(), metadata, {}).commit();
  EXPECT_THAT(bad_input_of([&] { read_gguf_config(GgufFile(path())); }),
              HasSubstr("general.architecture is \"mamba\", expected one of "
                        "llama, qwen2"));
}

}  // namespace
}  // namespace pi_ring
