// One rank's weights: what it needs is there, finite and of the right shape,
// or the file is refused by name.
#include "model/folder/weights.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "model/tensor/safetensors.h"
#include "model/tensor/tensor.h"
#include "tests/bad_input_of.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/model/tensor/safetensors_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::Each;
using testing::HasSubstr;

const std::string kNorm = "model.layers.1.input_layernorm.weight";
const std::string kEmbedding = "model.embed_tokens.weight";

class WeightsTest : public testing::Test {
 protected:
  WeightsTest() { write_small_model(model()); }

  std::filesystem::path model() const { return folder_ / "model"; }
  std::filesystem::path file() const { return model() / "model.safetensors"; }

  template <typename Edit>
  void edit_header(Edit edit) const {
    const std::string text = file_text(file());
    json header = json::parse(header_of(text));
    edit(header);
    write_file_text(file(), with_header(text, header.dump()));
  }
  // Where a tensor's bytes begin in the file.
  size_t offset_of(const std::string& name) const {
    const std::string header = header_of(file_text(file()));
    return 8 + header.size() +
           json::parse(header)[name]["data_offsets"][0].get<size_t>();
  }
  void put_value(const std::string& name, size_t index, float value) const {
    std::string text = file_text(file());
    std::memcpy(&text[offset_of(name) + index * sizeof value], &value,
                sizeof value);
    write_file_text(file(), text);
  }

  TemporaryFolder folder_;
};

TEST_F(WeightsTest, TensorsAreTakenByNameAndShape) {
  const Weights weights = open_weights(model(), 1, 0);
  Tensor norm = weights.take(kNorm, {8});
  EXPECT_EQ(norm.all().size(), 8U);
  EXPECT_THAT(norm.all(), Each(1.0F));
  EXPECT_EQ(weights.take("model.embed_tokens.weight", {16, 8}).all().size(),
            128U);
}

TEST_F(WeightsTest, TheConfigAndTheShardAreThere) {
  const Weights weights = open_weights(model(), 3, 1);
  EXPECT_EQ(weights.config().name, "small");
  EXPECT_EQ(weights.config().note, "untrained: random weights");
  EXPECT_EQ(weights.shard().begin, 2);
  EXPECT_EQ(weights.shard().end, 3);
}

TEST_F(WeightsTest, TheSizesOfAllRanksMakeTheWhole) {
  const uint64_t whole = open_weights(model(), 1, 0).bytes();
  uint64_t sum = 0;
  for (int rank = 0; rank < 4; ++rank)
    sum += open_weights(model(), 4, rank).bytes();
  EXPECT_EQ(sum, whole);
  EXPECT_EQ(open_weights(model(), 4, 3).bytes(), (16U * 8 + 8) * sizeof(float));
}

TEST_F(WeightsTest, AWrongShapeIsRefusedAsItIsTaken) {
  const Weights weights = open_weights(model(), 1, 0);
  EXPECT_THAT(bad_input_of([&] { weights.take(kNorm, {9}); }),
              HasSubstr("model.safetensors: tensor \"" + kNorm +
                        "\" is [8], expected [9]"));
  EXPECT_THAT(bad_input_of([&] { weights.take("none", {8}); }),
              HasSubstr("tensor \"none\" is missing"));
}

TEST_F(WeightsTest, ANaNIsNamedAsItIsTaken) {
  put_value(kNorm, 5, std::numeric_limits<float>::quiet_NaN());
  const Weights weights = open_weights(model(), 1, 0);
  EXPECT_THAT(bad_input_of([&] { weights.take(kNorm, {8}).all(); }),
              HasSubstr("\"" + kNorm + "\" holds NaN (value 5)"));
  put_value(kNorm, 5, -std::numeric_limits<float>::infinity());
  EXPECT_THAT(
      bad_input_of([&] { open_weights(model(), 1, 0).take(kNorm, {8}).all(); }),
      HasSubstr("holds infinity (value 5)"));
}

TEST_F(WeightsTest, AnInfinityInSixteenBitsIsNamed) {
  write_small_model(model(), true, 1, DType::F16);
  std::string text = file_text(file());
  text.replace(offset_of(kNorm) + 2, 2, std::string("\x00\x7C", 2));
  write_file_text(file(), text);
  EXPECT_THAT(
      bad_input_of([&] { open_weights(model(), 1, 0).take(kNorm, {8}).all(); }),
      HasSubstr("holds infinity (value 1)"));
}

TEST_F(WeightsTest, AMissingTensorIsFoundAtOpening) {
  edit_header([](json& header) {
    header["other"] = header[kNorm];
    header.erase(kNorm);
  });
  EXPECT_THAT(bad_input_of([&] { open_weights(model(), 1, 0); }),
              HasSubstr("tensor \"" + kNorm + "\" is missing"));
}

TEST_F(WeightsTest, AMisshapedTensorIsFoundAtOpening) {
  edit_header([](json& header) {
    header["model.embed_tokens.weight"]["shape"] = {8, 16};
  });
  EXPECT_THAT(bad_input_of([&] { open_weights(model(), 2, 1); }),
              HasSubstr("is [8, 16], expected [16, 8]"));
}

TEST_F(WeightsTest, ATypeThatIsNoFloatIsRefusedAtOpening) {
  edit_header([](json& header) { header[kNorm]["dtype"] = "I32"; });
  EXPECT_THAT(bad_input_of([&] { open_weights(model(), 1, 0); }),
              HasSubstr("is I32, expected F32, F16 or BF16"));
}

TEST_F(WeightsTest, AnUntiedModelNeedsItsClassifier) {
  write_small_model(model(), /*tied=*/false);
  const Weights weights = open_weights(model(), 1, 0);
  EXPECT_EQ(weights.take("lm_head.weight", {16, 8}).all().size(), 128U);
  edit_header([](json& header) {
    header["other"] = header["lm_head.weight"];
    header.erase("lm_head.weight");
  });
  EXPECT_THAT(bad_input_of([&] { open_weights(model(), 1, 0); }),
              HasSubstr("\"lm_head.weight\" is missing"));
}

TEST_F(WeightsTest, RowsAreRowsOfTheMatrix) {
  const Weights weights = open_weights(model(), 1, 0);
  Tensor matrix = weights.take(kEmbedding, {16, 8});
  std::vector<float> row(8);
  for (int64_t index = 0; index < 16; ++index) {
    weights.row(kEmbedding, index, row);
    const auto expected =
        matrix.all().subspan(static_cast<size_t>(index) * 8, 8);
    EXPECT_TRUE(std::equal(row.begin(), row.end(), expected.begin()));
  }
  EXPECT_THROW(weights.row(kEmbedding, 16, row), std::out_of_range);
  EXPECT_THROW(weights.row(kEmbedding, -1, row), std::out_of_range);
  EXPECT_THROW(weights.row(kEmbedding, 0, std::span(row).first(7)),
               std::out_of_range);
}

TEST_F(WeightsTest, SixteenBitWeightsAreReadAsF32) {
  const Weights exact = open_weights(model(), 1, 0);
  Tensor expected = exact.take(kEmbedding, {16, 8});
  for (const DType type : {DType::F16, DType::BF16}) {
    const auto narrow = folder_ / std::string(name_of(type));
    write_small_model(narrow, true, 1, type);
    const Weights weights = open_weights(narrow, 1, 0);
    EXPECT_EQ(weights.bytes(), exact.bytes() / 2);
    Tensor found = weights.take(kEmbedding, {16, 8});
    std::vector<float> row(8);
    weights.row(kEmbedding, 3, row);
    for (size_t i = 0; i < 128; ++i) {
      EXPECT_NEAR(found.all()[i], expected.all()[i], 0.0004F);
    }
    EXPECT_EQ(row[2], found.all()[3 * 8 + 2]);
  }
}

TEST_F(WeightsTest, AVectorHasNoRows) {
  std::vector<float> row(8);
  const Weights weights = open_weights(model(), 1, 0);
  EXPECT_THAT(bad_input_of([&] { weights.row(kNorm, 0, row); }),
              HasSubstr("model.safetensors: has no matrix " + kNorm));
}

// A header of odd length puts every float at an odd address.
TEST_F(WeightsTest, MisalignedFloatsAreReadAllTheSame) {
  const std::vector<float> before = [&] {
    const Weights weights = open_weights(model(), 1, 0);
    Tensor tensor = weights.take(kEmbedding, {16, 8});
    return std::vector(tensor.all().begin(), tensor.all().end());
  }();
  const std::string text = file_text(file());
  write_file_text(file(), with_header(text, header_of(text) + " "));
  const Weights weights = open_weights(model(), 1, 0);
  Tensor tensor = weights.take(kEmbedding, {16, 8});
  EXPECT_EQ(std::vector(tensor.all().begin(), tensor.all().end()), before);
}

TEST_F(WeightsTest, FingerprintsTellModelsApart) {
  const uint64_t whole = open_weights(model(), 1, 0).fingerprint();
  EXPECT_EQ(open_weights(model(), 4, 2).fingerprint(), whole);
  write_small_model(folder_ / "seed", true, 2);
  EXPECT_NE(open_weights(folder_ / "seed", 1, 0).fingerprint(), whole);
  write_small_model(folder_ / "untied", false);
  EXPECT_NE(open_weights(folder_ / "untied", 1, 0).fingerprint(), whole);
  write_small_model(folder_ / "bf16", true, 1, DType::BF16);
  EXPECT_NE(open_weights(folder_ / "bf16", 1, 0).fingerprint(), whole);
  put_value(kNorm, 0, 1.5F);
  EXPECT_NE(open_weights(model(), 1, 0).fingerprint(), whole);
}

TEST_F(WeightsTest, WhatIsNotThereIsNamed) {
  EXPECT_THAT(bad_input_of([&] { open_weights(folder_ / "none", 1, 0); }),
              HasSubstr("none/config.json: No such file or directory"));
  std::filesystem::remove(file());
  EXPECT_THAT(bad_input_of([&] { open_weights(model(), 1, 0); }),
              HasSubstr("model.safetensors: No such file or directory"));
}

TEST_F(WeightsTest, RanksThatCannotBeAreAWrongCall) {
  EXPECT_THROW(open_weights(model(), 0, 0), std::invalid_argument);
  EXPECT_THROW(open_weights(model(), 5, 0), std::invalid_argument);
  const ModelFolder folder(model());
  EXPECT_THROW(Weights(folder, {.rank = 2, .ranks = 2}), std::invalid_argument);
  EXPECT_THROW(Weights(folder, {.rank = -1, .ranks = 2}),
               std::invalid_argument);
}

// Five hundred random wounds of a whole model: it loads, all of it can be
// taken, or it is refused.
TEST_F(WeightsTest, RandomDamageNeverCrashes) {
  const std::string valid = file_text(file());
  const auto tensors = tensors_of(small_config());
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 500; ++round) {
    std::string wounded = valid;
    // Half of the wounds hit the header, which is the smaller part.
    const size_t reach =
        round % 2 == 0 ? valid.size() : header_of(valid).size();
    wounded[random() % reach] ^= static_cast<char>(1 << random() % 8);
    if (random() % 8 == 0) wounded.resize(random() % wounded.size());
    write_file_text(file(), wounded);
    try {
      const Weights weights = open_weights(model(), 1, 0);
      for (const ModelTensor& tensor : tensors) {
        if (tensor.shape.size() == 1) {
          weights.take(tensor.name, {tensor.shape[0]});
        } else {
          weights.take(tensor.name, {tensor.shape[0], tensor.shape[1]});
        }
      }
    } catch (const BadInput&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace pi_ring
