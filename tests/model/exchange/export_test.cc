// A model that is exported and imported again is the same, wherever it came
// from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "model/exchange/export_hf.h"
#include "model/exchange/export_llama2c.h"
#include "model/exchange/import_llama2c.h"
#include "model/exchange/llama2c_tokenizer.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/dtype.h"
#include "model/tensor/safetensors.h"
#include "model/tensor/tensor.h"
#include "model/text/tokenizer_json.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/model/text/example_tokenizer.h"
#include "tests/real_weights.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ExportTest : public testing::Test {
 protected:
  // A random model whose norms are not all ones.
  fs::path make_model(const ModelConfig& config) {
    fs::path folder = folder_ / "model";
    write_random_model(config, 7, DType::F32, folder);
    std::string bytes = file_text(folder / kWeightsFile);
    const SafetensorsFile file(folder / kWeightsFile);
    for (const ModelTensor& tensor : tensors_of(config)) {
      if (tensor.shape.size() > 1) continue;
      const TensorView& view = file.get(tensor.name, tensor.shape);
      const float changed = 1.25F;
      std::memcpy(&bytes[offset_of(bytes, view)], &changed, sizeof changed);
    }
    write_file_text(folder / kWeightsFile, bytes);
    return folder;
  }
  static size_t offset_of(const std::string& bytes, const TensorView& view) {
    uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    const std::string text = bytes.substr(8, header);
    const auto tensors = nlohmann::json::parse(text);
    return 8 + header + tensors[view.name]["data_offsets"][0].get<size_t>();
  }

  // Each value of b is, to the bit, what `expected` makes of the value in a.
  template <typename Expected>
  void expect_values(const fs::path& a, const fs::path& b,
                     Expected expected) const {
    const ModelFolder one(a);
    const ModelFolder other(b);
    for (const ModelTensor& tensor : tensors_of(one.config())) {
      Tensor left = one.tensors().take(tensor.name, tensor.shape);
      Tensor right = other.tensors().take(tensor.name, tensor.shape);
      const auto values = left.all();
      const auto found = right.all();
      for (size_t i = 0; i < values.size(); ++i) {
        ASSERT_EQ(std::bit_cast<uint32_t>(found[i]),
                  std::bit_cast<uint32_t>(expected(values[i])))
            << tensor.name;
      }
    }
  }
  void expect_same_values(const fs::path& a, const fs::path& b) const {
    expect_values(a, b, [](float value) { return value; });
  }

  void expect_same_rules_back(const fs::path& model, int vocab) const {
    const TokenizerParts before = read_tokenizer_json(model / kTokenizerFile);
    export_llama2c_tokenizer(model, folder_ / "tokenizer.bin");
    import_llama2c_tokenizer(folder_ / "tokenizer.bin", vocab, folder_.path());
    const TokenizerParts after = read_tokenizer_json(folder_ / kTokenizerFile);
    EXPECT_EQ(after.pieces, before.pieces);
    EXPECT_EQ(after.merges, before.merges);
  }

  fs::path export_to(DType type, const fs::path& model) {
    fs::path out = folder_ / "out";
    fs::remove_all(out);
    fs::create_directory(out);
    export_hf(ModelFolder(model), type, out);
    return out;
  }

  TemporaryFolder folder_;
};

TEST_F(ExportTest, ToHuggingFaceAndBackIsTheSameToTheBit) {
  for (const bool tied : {true, false}) {
    fs::remove_all(folder_ / "model");
    const fs::path model = make_model(small_config(tied));
    const fs::path out = export_to(DType::F32, model);
    expect_same_values(model, out);
    EXPECT_EQ(fingerprint_of(read_config(out)),
              fingerprint_of(read_config(model)));
  }
}

TEST_F(ExportTest, OfShardsIsTheWholeModel) {
  const fs::path model = make_model(small_config());
  for (int ranks = 1; ranks <= 4; ++ranks) {
    const fs::path shards = folder_ / ("of-" + std::to_string(ranks));
    write_shards(model, ranks, shards);
    const fs::path out = export_to(DType::F32, shards);
    expect_same_values(model, out);
    EXPECT_FALSE(mark_of(SafetensorsFile(out / kWeightsFile)));
  }
}

TEST_F(ExportTest, OfOneShardAloneIsRefused) {
  const fs::path shards = folder_ / "shards";
  write_shards(make_model(small_config()), 2, shards);
  EXPECT_THAT(bad_input_of([&] { ModelFolder(shards / "rank-0").tensors(); }),
              HasSubstr("holds rank 0 of 2 only"));
  fs::remove_all(shards / "rank-0");
  EXPECT_THAT(bad_input_of([&] { ModelFolder(shards).tensors(); }),
              HasSubstr("rank-0"));
}

TEST_F(ExportTest, AsF16RoundsEachValueOnce) {
  const fs::path model = make_model(small_config());
  const fs::path out = export_to(DType::F16, model);
  expect_values(model, out,
                [](float value) { return from_half(to_half(value)); });
  // Exporting the F16 model as F16 changes nothing.
  const std::string bytes = file_text(out / kWeightsFile);
  fs::rename(out, folder_ / "halves");
  EXPECT_EQ(file_text(export_to(DType::F16, folder_ / "halves") / kWeightsFile),
            bytes);
}

TEST_F(ExportTest, AsF16RefusesValuesThatAreTooLarge) {
  const fs::path model = make_model(small_config());
  std::string bytes = file_text(model / kWeightsFile);
  const float large = 1e5F;
  std::memcpy(&bytes[bytes.size() - sizeof large], &large, sizeof large);
  write_file_text(model / kWeightsFile, bytes);
  EXPECT_THAT(bad_input_of([&] { export_to(DType::F16, model); }),
              HasSubstr("more than F16 can"));
  export_to(DType::BF16, model);
}

TEST_F(ExportTest, TellsTransformersAboutTheTokenizer) {
  ModelConfig config = small_config();
  config.vocab = kCount;
  const fs::path model = make_model(config);
  write_tokenizer_json(example_tokenizer(), model / kTokenizerFile);
  const fs::path out = export_to(DType::F32, model);
  EXPECT_EQ(file_text(out / kTokenizerFile), file_text(model / kTokenizerFile));
  const auto settings =
      nlohmann::json::parse(file_text(out / "tokenizer_config.json"));
  EXPECT_EQ(settings["bos_token"], "<s>");
  EXPECT_EQ(settings["eos_token"], "</s>");
}

TEST_F(ExportTest, KeepsTheModelsOwnSettingsOfTheTokenizer) {
  ModelConfig config = small_config();
  config.vocab = kCount;
  const fs::path model = make_model(config);
  write_tokenizer_json(example_tokenizer(), model / kTokenizerFile);
  const std::string settings = R"({"add_bos_token": false})";
  write_file_text(model / "tokenizer_config.json", settings);
  const fs::path out = export_to(DType::F32, model);
  EXPECT_EQ(file_text(out / "tokenizer_config.json"), settings);
}

TEST_F(ExportTest, KeepsEveryEndToken) {
  const fs::path model = make_model(small_config());
  write_file_text(model / "generation_config.json",
                  R"({"eos_token_id": [2, 7]})");
  EXPECT_EQ(read_config(export_to(DType::F32, model)).eos,
            std::vector<int>({2, 7}));
}

TEST_F(ExportTest, ToLlama2cAndBackIsTheSameToTheBit) {
  for (const bool tied : {true, false}) {
    fs::remove_all(folder_ / "model");
    const fs::path model = make_model(small_config(tied));
    export_llama2c_weights(ModelFolder(model), folder_ / "model.bin");
    fs::remove_all(folder_ / "back");
    import_llama2c_weights(folder_ / "model.bin", folder_ / "back");
    expect_same_values(model, folder_ / "back");
    EXPECT_EQ(fingerprint_of(read_config(folder_ / "back")),
              fingerprint_of(read_config(model)));
  }
}

TEST_F(ExportTest, ToLlama2cRefusesModelsThatTheFormatCannotHold) {
  ModelConfig config = small_config();
  config.rope_theta = 500000.0F;
  EXPECT_THAT(bad_input_of([&] {
                export_llama2c_weights(ModelFolder(make_model(config)),
                                       folder_ / "model.bin");
              }),
              HasSubstr("RoPE's theta"));
  config = small_config();
  config.norm_epsilon = 1e-6F;
  fs::remove_all(folder_ / "model");
  EXPECT_THAT(bad_input_of([&] {
                export_llama2c_weights(ModelFolder(make_model(config)),
                                       folder_ / "model.bin");
              }),
              HasSubstr("epsilon"));
  EXPECT_FALSE(fs::exists(folder_ / "model.bin"));
}

TEST_F(ExportTest, OfTheDemoAsFloatsComesBackTheSameToTheBit) {
  export_llama2c_weights(ModelFolder(PI_RING_DEMO), folder_ / "demo.bin");
  import_llama2c_weights(folder_ / "demo.bin", folder_ / "back");
  expect_same_values(PI_RING_DEMO, folder_ / "back");
}

using ExportRealWeights = WithRealWeights<ExportTest>;

// The file that was imported, byte for byte, except for RoPE's tables, which
// are computed again.
TEST_F(ExportRealWeights, OfStories260KIsTheFileItCameFrom) {
  import_llama2c_weights(data_ / "stories260K.bin", folder_ / "model");
  export_llama2c_weights(ModelFolder(folder_ / "model"), folder_ / "back.bin");
  const std::string before = file_text(data_ / "stories260K.bin");
  const std::string after = file_text(folder_ / "back.bin");
  ASSERT_EQ(after.size(), before.size());
  const size_t tables = size_t{512} * 8 * sizeof(float);
  EXPECT_EQ(after.substr(0, after.size() - tables),
            before.substr(0, before.size() - tables));
  for (size_t i = after.size() - tables; i < after.size(); i += 4) {
    float ours = 0;
    float theirs = 0;
    std::memcpy(&ours, &after[i], sizeof ours);
    std::memcpy(&theirs, &before[i], sizeof theirs);
    ASSERT_NEAR(ours, theirs, 1e-4) << i;
  }
}

TEST_F(ExportTest, OfTheDemosTokenizerGivesTheSameRulesBack) {
  expect_same_rules_back(PI_RING_DEMO, 2048);
}

TEST_F(ExportRealWeights, OfATokenizerGivesTheSameMergesBack) {
  for (const auto& [name, vocab] :
       {std::pair("tok512.bin", 512), std::pair("tokenizer.bin", 32000)}) {
    import_llama2c_tokenizer(data_ / name, vocab, folder_.path());
    expect_same_rules_back(folder_.path(), vocab);
  }
}

TEST_F(ExportTest, OfATokenizerThatHasNoScoresIsRefused) {
  // These merges leave out one way to make "abc".
  write_tokenizer_json(example_tokenizer(), folder_ / kTokenizerFile);
  EXPECT_THAT(bad_input_of([&] {
                export_llama2c_tokenizer(folder_.path(), folder_ / "t.bin");
              }),
              HasSubstr("do not follow from a score"));
  TokenizerParts other = example_tokenizer();
  std::swap(other.pieces[1], other.pieces[2]);
  write_tokenizer_json(other, folder_ / kTokenizerFile);
  EXPECT_THAT(bad_input_of([&] {
                export_llama2c_tokenizer(folder_.path(), folder_ / "t.bin");
              }),
              HasSubstr("token 1 is not \"<s>\""));
}

}  // namespace
}  // namespace pi_ring
