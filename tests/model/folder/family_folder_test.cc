// Folders of other families' models, with the names and the extra tensors that
// people's files have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "model/architecture/tensor_check.h"
#include "model/exchange/export_hf.h"
#include "model/layers/embedding.h"
#include "model/tensor/safetensors.h"
#include "model/tensor/safetensors_writer.h"
#include "tests/bad_input_of.h"
#include "tests/model/family_case.h"
#include "tests/model/folder/opened_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

class FamilyFolder : public testing::Test {
 protected:
  using Rename = std::function<std::string(const std::string&)>;

  // Copies a reference's folder, with other names of tensors; an empty name
  // leaves one out.
  void copy(const std::string& name, const Rename& rename,
            const std::vector<TensorHeader>& extra = {}) const {
    const FamilyCase original(name);
    const SafetensorsFile file(original.folder / "model.safetensors");
    std::vector<TensorHeader> headers;
    for (const auto& [old, view] : file.tensors()) {
      const std::string now = rename(old);
      if (!now.empty()) headers.push_back({now, view.dtype, view.shape});
    }
    for (const TensorHeader& header : extra) headers.push_back(header);
    SafetensorsWriter writer(folder_ / "model.safetensors", headers, {});
    for (const auto& [old, view] : file.tensors()) {
      const std::string now = rename(old);
      if (!now.empty()) writer.write(now, view.bytes);
    }
    for (const TensorHeader& header : extra) {
      writer.write(header.name, std::vector<std::byte>(header.bytes()));
    }
    writer.commit();
    std::filesystem::copy(original.folder / "config.json",
                          folder_ / "config.json");
  }
  std::string refusal() const {
    return bad_input_of([&] { open_weights(folder_.path(), 1, 0); });
  }

  TemporaryFolder folder_;
};

std::string without(std::string_view prefix, const std::string& name) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::string same(const std::string& name) { return name; }

TEST_F(FamilyFolder, MayLeaveThePrefixOutOfItsNames) {
  copy("gpt2", [](const auto& name) { return without("transformer.", name); });
  EXPECT_EQ(open_weights(folder_.path(), 1, 0).bytes(),
            open_weights(FamilyCase("gpt2").folder, 1, 0).bytes());
}

TEST_F(FamilyFolder, MayLeaveThePrefixOutOfLlamasNames) {
  copy("llama", [](const auto& name) { return without("model.", name); });
  EXPECT_NO_THROW(open_weights(folder_.path(), 1, 0));
}

TEST_F(FamilyFolder, OfGpt2MayHaveItsMasks) {
  copy("gpt2", [](const auto& name) { return without("transformer.", name); },
       {{"h.0.attn.bias", DType::F32, {1, 1, 32, 32}},
        {"h.2.attn.masked_bias", DType::F32, {}}});
  EXPECT_NO_THROW(open_weights(folder_.path(), 1, 0));
}

TEST_F(FamilyFolder, WithATensorThatTheFamilyDoesNotHaveIsRefused) {
  copy("llama", same,
       {{"model.layers.0.self_attn.q_proj.bias", DType::F32, {16}}});
  EXPECT_THAT(refusal(),
              HasSubstr("tensor \"model.layers.0.self_attn.q_proj.bias\" is "
                        "not part of a LlamaForCausalLM of 3 layers"));
}

TEST_F(FamilyFolder, WithoutABiasIsRefused) {
  copy("qwen2", [](const std::string& name) {
    return name == "model.layers.1.self_attn.k_proj.bias" ? "" : name;
  });
  EXPECT_THAT(refusal(), HasSubstr("tensor \"model.layers.1.self_attn.k_proj."
                                   "bias\" is missing"));
}

TEST_F(FamilyFolder, WithoutAClassifierIsTiedIfNothingSaysOtherwise) {
  copy("llama", [](const std::string& name) {
    return name == "lm_head.weight" ? "" : name;
  });
  EXPECT_THAT(refusal(), HasSubstr("tensor \"lm_head.weight\" is missing"));
  auto config = nlohmann::json::parse(file_text(folder_ / "config.json"));
  config.erase("tie_word_embeddings");
  write_file_text(folder_ / "config.json", config.dump());
  EXPECT_TRUE(open_weights(folder_.path(), 1, 0).config().tied);
}

TEST_F(FamilyFolder, IsExportedAsItCame) {
  for (const std::string& name : family_names()) {
    const FamilyCase original(name);
    const auto out = folder_ / name;
    std::filesystem::create_directory(out);
    export_hf(ModelFolder(original.folder), DType::F32, out);
    const SafetensorsFile before(original.folder / "model.safetensors");
    const SafetensorsFile after(out / "model.safetensors");
    EXPECT_EQ(after.tensors().size(), before.tensors().size());
    for (const auto& [tensor, view] : before.tensors()) {
      const TensorView& exported = after.get(tensor, view.shape);
      EXPECT_TRUE(std::ranges::equal(exported.bytes, view.bytes)) << tensor;
    }
    EXPECT_EQ(ModelFolder(out).fingerprint(),
              ModelFolder(original.folder).fingerprint());
  }
}

}  // namespace
}  // namespace pi_ring
