// Small tokenizers with every feature give the ids that Hugging Face's library
// gives (tests/oracles/goldens.mjs wrote them, and checks them again).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/text/text_encoder.h"
#include "model/text/tokenizer.h"
#include "model/text/tokenizer_json.h"
#include "tests/file_text.h"

namespace pi_ring {
namespace {

using nlohmann::json;

std::string words_of(const std::vector<int>& tokens) {
  std::string words;
  for (const int token : tokens) {
    if (!words.empty()) words += ' ';
    words += std::to_string(token);
  }
  return words;
}

class OracleGoldens : public testing::Test {
 protected:
  Tokenizer tokenizer_of(const json& golden) const {
    json root = goldens_.at("bases").at(golden.at("base").get<std::string>());
    root.merge_patch(golden.at("patch"));
    TokenizerParts parts = parts_of_tokenizer_json(root);
    const auto vocab = static_cast<int>(parts.pieces.size());
    return {std::move(parts), vocab};
  }

  const json goldens_ = json::parse(file_text(PI_RING_GOLDENS));
};

TEST_F(OracleGoldens, EveryTextHasTheIdsOfHuggingFacesLibrary) {
  const json& texts = goldens_.at("texts");
  for (const json& golden : goldens_.at("tokenizers")) {
    const Tokenizer tokenizer = tokenizer_of(golden);
    for (size_t i = 0; i < texts.size(); ++i) {
      const auto& text = texts[i].get_ref<const std::string&>();
      EXPECT_EQ(words_of(tokenizer.encode(text, SpecialTokens::kAreFound)),
                golden.at("ids")[i].get<std::string>())
          << golden.at("name") << ": " << texts[i];
    }
  }
}

TEST_F(OracleGoldens, EncodingWordByWordGivesTheSame) {
  for (const json& golden : goldens_.at("tokenizers")) {
    const Tokenizer tokenizer = tokenizer_of(golden);
    for (const json& text : goldens_.at("texts")) {
      const auto& words = text.get_ref<const std::string&>();
      std::vector<int> tokens;
      TextEncoder(tokenizer).encode(words, [&](auto part, std::string_view) {
        tokens.insert(tokens.end(), part.begin(), part.end());
      });
      EXPECT_EQ(words_of(tokens), words_of(tokenizer.encode(words)))
          << golden.at("name") << ": " << text;
    }
  }
}

}  // namespace
}  // namespace pi_ring
