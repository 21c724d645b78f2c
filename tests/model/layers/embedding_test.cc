// The embedding reads rows of a mapped matrix, whose values nothing has checked
// yet.
#include "model/layers/embedding.h"

#include <gmock/gmock.h>

#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/architecture/architecture.h"
#include "model/tensor/tensor.h"
#include "tests/bad_input_of.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/model/tensor/safetensors_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

const std::string kEmbeddingName = "model.embed_tokens.weight";
constexpr size_t kRowValues = 8;

class EmbeddingTest : public testing::Test {
 protected:
  Weights weights(bool tied) const {
    write_small_model(folder_.path(), tied);
    return open_weights(folder_.path(), 1, 0);
  }

  void put_nan() const {
    const auto file = folder_ / "model.safetensors";
    std::string text = file_text(file);
    const std::string header = header_of(text);
    const size_t offset =
        nlohmann::json::parse(header)[kEmbeddingName]["data_offsets"][0];
    const float nan = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(&text[8 + header.size() + offset], &nan, sizeof nan);
    write_file_text(file, text);
  }

  TemporaryFolder folder_;
};

TEST_F(EmbeddingTest, RowsAreThoseOfTheTokens) {
  for (const bool tied : {true, false}) {
    const Weights from = weights(tied);
    Tensor matrix = from.take(tensor_of(from.config(), Role::kEmbedding));
    const std::vector<int> tokens = {15, 0, 3, 3};
    std::vector<float> rows(tokens.size() * kRowValues);
    Embedding(from).forward(tokens, 0, rows.data());
    for (size_t i = 0; i < tokens.size(); ++i) {
      const auto token = static_cast<size_t>(tokens[i]);
      EXPECT_THAT(std::span(rows).subspan(i * kRowValues, kRowValues),
                  ElementsAreArray(
                      matrix.all().subspan(token * kRowValues, kRowValues)));
    }
  }
}

TEST_F(EmbeddingTest, ATokenOutsideTheVocabularyIsRefused) {
  const Weights from = weights(/*tied=*/true);
  const Embedding embedding(from);
  std::vector<float> row(kRowValues);
  for (const int token : {-1, 16}) {
    EXPECT_THROW(embedding.forward(std::vector{token}, 0, row.data()),
                 std::out_of_range);
  }
}

// Nothing else reads all of it: the classifier has a matrix of its own.
TEST_F(EmbeddingTest, AnUntiedMatrixIsCheckedBeforeItsFirstUse) {
  weights(/*tied=*/false);
  put_nan();
  const Weights damaged = open_weights(folder_.path(), 1, 0);
  EXPECT_THAT(bad_input_of([&] { const Embedding embedding(damaged); }),
              HasSubstr("\"" + kEmbeddingName + "\" holds NaN (value 0)"));
}

}  // namespace
}  // namespace pi_ring
