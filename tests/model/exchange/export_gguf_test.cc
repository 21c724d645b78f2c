// Models written as GGUF compute what they did before.
#include "model/exchange/export_gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "model/folder/random_model.h"
#include "model/layers/classifier.h"
#include "model/layers/embedding.h"
#include "model/layers/stage.h"
#include "model/tensor/gguf_file.h"
#include "model/text/plain_tokenizer.h"
#include "model/text/tokenizer.h"
#include "tests/bad_input_of.h"
#include "tests/model/family_case.h"
#include "tests/model/folder/opened_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using Logits = std::vector<std::vector<float>>;

Logits logits_of_gguf(const std::filesystem::path& model, int ranks,
                      std::span<const int> tokens) {
  const Pool pool(1);
  const Weights head = open_weights(model, ranks, ranks - 1);
  const Embedding embedding(head);
  std::vector<Weights> weights;
  weights.reserve(static_cast<size_t>(ranks));
  for (int rank = 0; rank < ranks; ++rank) {
    weights.push_back(open_weights(model, ranks, rank));
  }
  std::vector<Stage> stages;
  std::vector<TextCache> caches;
  stages.reserve(weights.size());
  for (const Weights& own : weights) {
    stages.emplace_back(own, pool);
    caches.emplace_back(own, DType::F32);
  }
  Classifier classifier(head, pool);
  FloatBuffer x(floats(head.config().dim));
  Logits all;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto position = static_cast<int>(i);
    embedding.forward(tokens.subspan(i, 1), position, x.data());
    for (size_t rank = 0; rank < stages.size(); ++rank) {
      stages[rank].forward(pool, position, 1, caches[rank], x.data());
    }
    all.emplace_back(floats(head.config().vocab));
    classifier.forward(pool, x.data(), all.back().data());
  }
  return all;
}

std::filesystem::path exported(const std::filesystem::path& model,
                               std::string_view type,
                               const std::filesystem::path& to) {
  const ModelFolder folder(model);
  export_gguf(folder, find_gguf_types(type).value(), 1, to);
  return to;
}

// Settings of Hugging Face's that GGUF has no keys for.
bool is_sayable(const std::string& name) {
  return name != "llama_dynamic" && name != "llama_yarn_mscale" &&
         !name.starts_with("gemma3") && name != "mistral" &&
         name != "qwen2_window";
}

class FamiliesInGguf : public testing::TestWithParam<std::string> {
 protected:
  std::span<const int> inputs() const {
    return std::span(case_.tokens).first(case_.tokens.size() - 1);
  }

  const FamilyCase case_{GetParam()};
  TemporaryFolder folder_;
};

TEST_P(FamiliesInGguf, HaveTheLogitsOfTheTextbook) {
  const auto gguf = folder_ / "model.gguf";
  if (!is_sayable(GetParam())) {
    EXPECT_THAT(bad_input_of([&] { exported(case_.folder, "f32", gguf); }),
                AnyOf(HasSubstr("GGUF cannot say"),
                      HasSubstr("sliding_window is 5, expected none")));
    return;
  }
  exported(case_.folder, "f32", gguf);
  const Logits logits = logits_of_gguf(gguf, 1, inputs());
  ASSERT_EQ(logits.size(), case_.logits.size());
  for (size_t i = 0; i < logits.size(); ++i) {
    EXPECT_THAT(logits[i],
                testing::Pointwise(testing::FloatNear(1e-4F), case_.logits[i]))
        << "after token " << i;
  }
}

TEST_P(FamiliesInGguf, HaveTheSameBitsForEveryNumberOfRanksAndAsShards) {
  if (!is_sayable(GetParam())) return;
  const int ranks = std::min(3, ModelFolder(case_.folder).config().layers + 1);
  for (const char* type : {"f16", "q4_0"}) {
    const auto gguf =
        exported(case_.folder, type, folder_ / (std::string(type) + ".gguf"));
    const Logits one = logits_of_gguf(gguf, 1, inputs());
    EXPECT_EQ(logits_of_gguf(gguf, ranks, inputs()), one);
    const auto shards = folder_ / (std::string("shards-") + type);
    write_shards(gguf, ranks, shards);
    EXPECT_EQ(logits_of_gguf(shards, ranks, inputs()), one);
  }
}

INSTANTIATE_TEST_SUITE_P(OfTheReference, FamiliesInGguf,
                         testing::ValuesIn(family_names()),
                         [](const auto& test) { return test.param; });

class ExportGguf : public testing::Test {
 protected:
  // Wide enough for all kinds of blocks.
  std::filesystem::path make_model(bool tied = false) const {
    ModelConfig config = shape_of("260K");
    config.dim = 256;
    config.hidden_dim = 512;
    config.layers = 8;
    config.heads = 4;
    config.kv_heads = 2;
    config.tied = tied;
    auto folder = folder_ / (tied ? "tied" : "model");
    write_random_model(config, 1, DType::F32, folder);
    write_plain_tokenizer(config.vocab, folder);
    return folder;
  }

  static DType type_of(const GgufFile& file, const char* tensor) {
    return file.find(tensor)->dtype;
  }

  TemporaryFolder folder_;
};

TEST_F(ExportGguf, AllTypesAreWrittenAndLoseLessTheMoreBitsTheyHave) {
  const auto model = make_model();
  const std::vector<int> tokens = {1, 300, 17, 5, 400};
  const Logits exact = logits_of_gguf(model, 1, tokens);
  std::map<std::string, double> lost;
  for (const char* type : {"f32", "f16", "bf16", "q8_0", "q4_0", "q4_1", "q5_0",
                           "q5_1", "q4_k_m", "q5_k_m", "q6_k"}) {
    const auto gguf = exported(model, type, folder_ / "x.gguf");
    const Logits logits = logits_of_gguf(gguf, 1, tokens);
    double sum = 0.0;
    double size = 0.0;
    for (size_t i = 0; i < exact.size(); ++i) {
      for (size_t j = 0; j < exact[i].size(); ++j) {
        sum += std::abs(logits[i][j] - exact[i][j]);
        size += std::abs(exact[i][j]);
      }
    }
    lost[type] = sum / size;
  }
  EXPECT_LT(lost["f32"], 1e-5);
  const std::vector<std::string> fewer_bits = {"f32",  "f16",  "bf16",
                                               "q8_0", "q6_k", "q5_0"};
  for (size_t i = 1; i < fewer_bits.size(); ++i) {
    EXPECT_LT(lost[fewer_bits[i - 1]], lost[fewer_bits[i]]) << fewer_bits[i];
  }
  for (const std::string bits : {"q5", "q4"}) {
    EXPECT_LT(lost[bits + "_k_m"], lost[bits + "_0"]);
    EXPECT_LT(lost[bits + "_k_m"], lost[bits + "_1"]);
  }
  EXPECT_LT(lost["q5_0"], lost["q4_k_m"]);
  // A block of 32 normal numbers has a step of a quarter of their deviation in
  // four bits, so each product is wrong by some 8 %. Errors of the eight layers
  // add up like chance.
  EXPECT_LT(lost["q4_0"], 0.08 * std::sqrt(2.0 * 8));
  EXPECT_LT(lost["q4_1"], 0.08 * std::sqrt(2.0 * 8));
}

TEST_F(ExportGguf, AMixtureGivesMoreBitsToWhatLosesMost) {
  const GgufFile file(exported(make_model(), "q4_k_m", folder_ / "x.gguf"));
  EXPECT_EQ(type_of(file, "output.weight"), DType::Q6_K);
  EXPECT_EQ(type_of(file, "token_embd.weight"), DType::Q4_K);
  EXPECT_EQ(type_of(file, "blk.0.attn_q.weight"), DType::Q4_K);
  EXPECT_EQ(type_of(file, "blk.0.attn_norm.weight"), DType::F32);
  EXPECT_EQ(type_of(file, "blk.0.attn_v.weight"), DType::Q6_K);
  EXPECT_EQ(type_of(file, "blk.1.attn_v.weight"), DType::Q4_K);
  EXPECT_EQ(type_of(file, "blk.3.ffn_down.weight"), DType::Q6_K);
  EXPECT_EQ(type_of(file, "blk.7.ffn_down.weight"), DType::Q6_K);
  EXPECT_EQ(type_of(file, "blk.3.ffn_up.weight"), DType::Q4_K);
  const GgufFile tied(exported(make_model(true), "q4_0", folder_ / "y.gguf"));
  EXPECT_EQ(type_of(tied, "token_embd.weight"), DType::Q6_K);
  EXPECT_EQ(tied.find("output.weight"), nullptr);
}

TEST_F(ExportGguf, TheTokenizerIsTheSame) {
  const auto model = make_model();
  const auto gguf = exported(model, "q8_0", folder_ / "x.gguf");
  const ModelConfig config = ModelFolder(gguf).config();
  const Tokenizer before(model, config.vocab);
  const Tokenizer after(gguf, config.vocab);
  const std::string text = "Once upon a time,  there was\na caf\u00e9 \u732b";
  EXPECT_EQ(after.encode(text), before.encode(text));
  for (int id = 0; id < config.vocab; ++id) {
    EXPECT_EQ(after.bytes(id), before.bytes(id)) << id;
  }
  EXPECT_EQ(config.eos, ModelFolder(model).config().eos);
}

TEST_F(ExportGguf, AGgufIsWrittenOnceMoreInAnotherType) {
  const auto q8 = exported(make_model(), "q8_0", folder_ / "a.gguf");
  const auto f32 = exported(q8, "f32", folder_ / "b.gguf");
  const auto again = exported(f32, "q8_0", folder_ / "c.gguf");
  const std::vector<int> tokens = {1, 300, 17};
  EXPECT_EQ(logits_of_gguf(again, 1, tokens), logits_of_gguf(q8, 1, tokens));
}

}  // namespace
}  // namespace pi_ring
