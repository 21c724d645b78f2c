// Reads config.json's texts in tests.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "model/architecture/config.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {

class ConfigTest : public testing::Test {
 protected:
  nlohmann::json valid() const {
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
  ModelConfig read_with(const char* key, const nlohmann::json& value) const {
    nlohmann::json object = valid();
    object[key] = value;
    return read(object.dump());
  }
  std::string refusal(const std::string& text) const {
    return bad_input_of([&] { read(text); });
  }
  std::string refusal_with(const char* key, const nlohmann::json& value) const {
    nlohmann::json object = valid();
    object[key] = value;
    return refusal(object.dump());
  }

  TemporaryFolder folder_;
};

}  // namespace pi_ring
