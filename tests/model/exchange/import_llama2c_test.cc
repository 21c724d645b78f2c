// llama2.c's files are imported whole and in Hugging Face's order, or refused.
#include "model/exchange/import_llama2c.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "model/exchange/export_llama2c.h"
#include "model/folder/shard.h"
#include "model/folder/shard_folder.h"
#include "model/folder/weights.h"
#include "model/tensor/tensor.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/model/folder/opened_model.h"
#include "tests/real_weights.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

constexpr int kDim = 8;
constexpr int kHidden = 12;
constexpr int kLayers = 2;
constexpr int kHeads = 2;  // of four numbers
constexpr int kKvHeads = 1;
constexpr int kVocab = 16;
constexpr int kContext = 6;
constexpr int kHeadDim = kDim / kHeads;
constexpr int kKvDim = kKvHeads * kHeadDim;

// Each value is its own index after the header.
std::vector<float> counted_values(bool tied) {
  const size_t layer =
      2 * kDim + 2 * kDim * kDim + 2 * kKvDim * kDim + 3 * kDim * kHidden;
  const size_t matrix = kVocab * kDim;
  std::vector<float> values(matrix + kLayers * layer + kDim +
                            kContext * kHeadDim + (tied ? 0 : matrix));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  return values;
}

std::string bin_text(const std::vector<int32_t>& header,
                     const std::vector<float>& values) {
  std::string text(header.size() * 4 + values.size() * 4, '\0');
  std::memcpy(text.data(), header.data(), header.size() * 4);
  std::memcpy(&text[header.size() * 4], values.data(), values.size() * 4);
  return text;
}

std::string small_bin(bool tied = true) {
  return bin_text({kDim, kHidden, kLayers, kHeads, kKvHeads,
                   tied ? kVocab : -kVocab, kContext},
                  counted_values(tied));
}

class ImportLlama2c : public testing::Test {
 protected:
  ModelConfig import(const std::string& text) const {
    write_file_text(folder_ / "stories.bin", text);
    return import_llama2c_weights(folder_ / "stories.bin", out());
  }
  std::string refusal(const std::string& text) const {
    std::string reason = bad_input_of([&] { import(text); });
    EXPECT_FALSE(std::filesystem::exists(out()));
    EXPECT_THAT(reason, HasSubstr("stories.bin: "));
    return reason;
  }
  // Imports the file with header number `at` replaced.
  std::string refusal_with(size_t at, int32_t number) const {
    std::string text = small_bin();
    std::memcpy(&text[at * 4], &number, 4);
    return refusal(text);
  }
  std::filesystem::path out() const { return folder_ / "out"; }

  // For several numbers of ranks, the shards of what came in are all of it.
  void expect_shards_are_whole() const {
    const Weights whole = open_weights(out(), 1, 0);
    for (const int ranks : {1, 2, 3, 4, 6}) {
      const auto shards = folder_ / std::to_string(ranks);
      write_shards(out(), ranks, shards);
      uint64_t sum = 0;
      for (int rank = 0; rank < ranks; ++rank) {
        const Weights part = open_weights(shards, ranks, rank);
        EXPECT_EQ(part.fingerprint(), whole.fingerprint());
        sum += part.bytes();
      }
      EXPECT_EQ(sum, whole.bytes());
    }
  }

  TemporaryFolder folder_;
};

TEST_F(ImportLlama2c, TheConfigHasTheNumbersOfTheHeader) {
  import(small_bin());
  const ModelConfig config = read_config(out());
  EXPECT_EQ(config.name, "stories");
  EXPECT_EQ(config.dim, kDim);
  EXPECT_EQ(config.hidden_dim, kHidden);
  EXPECT_EQ(config.layers, kLayers);
  EXPECT_EQ(config.heads, kHeads);
  EXPECT_EQ(config.kv_heads, kKvHeads);
  EXPECT_EQ(config.vocab, kVocab);
  EXPECT_EQ(config.context, kContext);
  EXPECT_EQ(config.norm_epsilon, 1e-5F);
  EXPECT_EQ(config.rope_theta, 10000.0F);
  EXPECT_EQ(config.bos, 1);
  EXPECT_EQ(config.eos, std::vector<int>{2});
  EXPECT_TRUE(config.tied);
}

// The expected numbers follow the file's order, counted by hand.
TEST_F(ImportLlama2c, EveryTensorIsFoundWhereTheFileHasIt) {
  import(small_bin(/*tied=*/false));
  const Weights weights = open_weights(out(), 1, 0);
  EXPECT_FALSE(weights.config().tied);
  const auto first = [&](const char* name,
                         std::initializer_list<int64_t> shape) {
    return weights.take(name, shape).all()[0];
  };
  EXPECT_EQ(first("model.embed_tokens.weight", {16, 8}), 0);
  EXPECT_EQ(first("model.layers.1.input_layernorm.weight", {8}), 128 + 8);
  EXPECT_EQ(first("model.layers.1.self_attn.q_proj.weight", {8, 8}), 144 + 64);
  EXPECT_EQ(first("model.layers.1.self_attn.k_proj.weight", {4, 8}), 272 + 32);
  EXPECT_EQ(first("model.layers.1.self_attn.v_proj.weight", {4, 8}), 336 + 32);
  EXPECT_EQ(first("model.layers.1.self_attn.o_proj.weight", {8, 8}), 400 + 64);
  EXPECT_EQ(first("model.layers.1.post_attention_layernorm.weight", {8}),
            528 + 8);
  EXPECT_EQ(first("model.layers.1.mlp.gate_proj.weight", {12, 8}), 544 + 96);
  EXPECT_EQ(first("model.layers.1.mlp.down_proj.weight", {8, 12}), 736 + 96);
  EXPECT_EQ(first("model.layers.1.mlp.up_proj.weight", {12, 8}), 928 + 96);
  EXPECT_EQ(first("model.norm.weight", {8}), 1120);
  EXPECT_EQ(first("lm_head.weight", {16, 8}), 1128 + 6 * 4);
}

TEST_F(ImportLlama2c, QueryAndKeyRowsAreOrderedForHalvesOfHeads) {
  import(small_bin());
  const Weights weights = open_weights(out(), 1, 0);
  const auto rows_of = [](Tensor&& tensor, float start) {
    std::vector<int> rows;
    for (size_t row = 0; row < tensor.all().size() / kDim; ++row) {
      rows.push_back(
          static_cast<int>((tensor.all()[row * kDim] - start) / kDim));
    }
    return rows;
  };
  EXPECT_THAT(
      rows_of(weights.take("model.layers.0.self_attn.q_proj.weight", {8, 8}),
              144),
      testing::ElementsAre(0, 2, 1, 3, 4, 6, 5, 7));
  EXPECT_THAT(
      rows_of(weights.take("model.layers.0.self_attn.k_proj.weight", {4, 8}),
              272),
      testing::ElementsAre(0, 2, 1, 3));
  EXPECT_THAT(
      rows_of(weights.take("model.layers.0.self_attn.v_proj.weight", {4, 8}),
              336),
      testing::ElementsAre(0, 1, 2, 3));
}

TEST_F(ImportLlama2c, ATruncatedFileIsRefusedAtEveryLength) {
  const std::string whole = small_bin();
  for (size_t size = 0; size < whole.size(); size += size < 40 ? 1 : 61) {
    EXPECT_THAT(refusal(whole.substr(0, size)), HasSubstr("is truncated: "));
  }
  EXPECT_THAT(refusal(whole.substr(0, whole.size() - 1)),
              HasSubstr("is truncated: it has 4,635 bytes, expected 4,636"));
}

TEST_F(ImportLlama2c, AFileThatIsTooLongIsRefused) {
  EXPECT_THAT(refusal(small_bin() + "x"),
              HasSubstr("is too long: it has 4,637 bytes, expected 4,636"));
}

TEST_F(ImportLlama2c, WrongHeadersAreRefusedWithTheField) {
  const std::vector<const char*> fields = {
      "dim",        "hidden_dim", "n_layers", "n_heads",
      "n_kv_heads", "vocab_size", "seq_len"};
  constexpr auto most = std::numeric_limits<int32_t>::max();
  constexpr auto least = std::numeric_limits<int32_t>::min();
  for (size_t at = 0; at < fields.size(); ++at) {
    for (const int32_t number : {0, most, least}) {
      EXPECT_THAT(refusal_with(at, number),
                  HasSubstr(std::string(fields[at]) + " is "));
    }
  }
  EXPECT_THAT(refusal_with(3, 3), HasSubstr("multiple of the attention heads"));
  EXPECT_THAT(refusal_with(5, 2), HasSubstr("end token"));
}

TEST_F(ImportLlama2c, AFileWithTheLargestHeaderIsOnlyTruncated) {
  const std::vector<int32_t> largest = {1 << 20, 1 << 20,    1 << 14, 2,
                                        2,       -(1 << 24), 1 << 24};
  EXPECT_THAT(refusal(bin_text(largest, {1.0F})),
              HasSubstr("bytes, expected 504,579,217,569,087,516"));
}

TEST_F(ImportLlama2c, ALaterVersionIsRefused) {
  EXPECT_THAT(refusal_with(0, 0x616B3432), HasSubstr("later version"));
}

TEST_F(ImportLlama2c, NaNsAndInfinitiesAreNamed) {
  std::string text = small_bin();
  const float nan = std::nanf("");
  std::memcpy(&text[28 + (736 + 96 + 7) * 4], &nan, 4);
  EXPECT_THAT(refusal(text), HasSubstr("model.layers.1.mlp.down_proj.weight "
                                       "holds NaN (value 7, byte 3,384)"));
  text = small_bin();
  const float infinity = -std::numeric_limits<float>::infinity();
  std::memcpy(&text[28], &infinity, 4);
  EXPECT_THAT(refusal(text), HasSubstr("model.embed_tokens.weight holds "
                                       "infinity (value 0, byte 28)"));
}

TEST_F(ImportLlama2c, AFailureLeavesAnOlderModelAsItWas) {
  import(small_bin());
  const std::string before = file_text(out() / "model.safetensors");
  std::string text = small_bin();
  const float nan = std::nanf("");
  std::memcpy(&text[text.size() - 200], &nan, 4);
  bad_input_of([&] { import(text); });
  EXPECT_EQ(file_text(out() / "model.safetensors"), before);
}

TEST_F(ImportLlama2c, RandomDamageNeverCrashes) {
  const std::string whole = small_bin();
  std::mt19937 random(11);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    std::string wounded = whole;
    const size_t reach = round % 2 == 0 ? 28 : wounded.size();
    wounded[random() % reach] ^= static_cast<char>(1 << random() % 8);
    try {
      import(wounded);
      open_weights(out(), 1, 0);
    } catch (const BadInput&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST_F(ImportLlama2c, TheDemoComesInWholeAndCanBeCut) {
  export_llama2c_weights(ModelFolder(PI_RING_DEMO), folder_ / "demo.bin");
  const ModelConfig config =
      import_llama2c_weights(folder_ / "demo.bin", out());
  const ModelConfig demo = read_config(PI_RING_DEMO);
  EXPECT_EQ(config.name, "demo");
  EXPECT_EQ(config.dim, demo.dim);
  EXPECT_EQ(config.hidden_dim, demo.hidden_dim);
  EXPECT_EQ(config.layers, demo.layers);
  EXPECT_EQ(config.vocab, demo.vocab);
  EXPECT_EQ(config.context, demo.context);
  expect_shards_are_whole();
}

using ImportLlama2cRealWeights = WithRealWeights<ImportLlama2c>;

TEST_F(ImportLlama2cRealWeights, Stories260KComesInWholeAndCanBeCut) {
  const ModelConfig config =
      import_llama2c_weights(data_ / "stories260K.bin", out());
  EXPECT_EQ(config.name, "stories260K");
  EXPECT_EQ(config.dim, 64);
  EXPECT_EQ(config.hidden_dim, 172);
  EXPECT_EQ(config.layers, 5);
  EXPECT_EQ(config.heads, 8);
  EXPECT_EQ(config.kv_heads, 4);
  EXPECT_EQ(config.vocab, 512);
  EXPECT_EQ(config.context, 512);
  EXPECT_TRUE(config.tied);
  EXPECT_EQ(open_weights(out(), 1, 0)
                .take("model.layers.4.mlp.down_proj.weight", {64, 172})
                .all()
                .size(),
            64U * 172);
  expect_shards_are_whole();
}

}  // namespace
}  // namespace pi_ring
