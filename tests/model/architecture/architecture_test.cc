// The description of a family: its tensors as one model has them.
#include "model/architecture/architecture.h"

#include <gmock/gmock.h>

#include "tests/model/folder/small_model.h"

namespace pi_ring {
namespace {

using Start = TensorRule::Start;
using testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<ModelTensor>& tensors) {
  std::vector<std::string> names;
  names.reserve(tensors.size());
  for (const ModelTensor& tensor : tensors) names.push_back(tensor.name);
  return names;
}

TEST(Architecture, IsFoundByTheNameInConfigJson) {
  EXPECT_EQ(find_architecture("LlamaForCausalLM"), &kLlama);
  EXPECT_EQ(find_architecture("NoSuchModel"), nullptr);
}

TEST(Architecture, ListsTheTensorsOfAModelInItsOrder) {
  ModelConfig config = small_config(/*tied=*/false);
  config.layers = 1;
  EXPECT_THAT(names_of(tensors_of(config)),
              ElementsAre("model.embed_tokens.weight",
                          "model.layers.0.input_layernorm.weight",
                          "model.layers.0.self_attn.q_proj.weight",
                          "model.layers.0.self_attn.k_proj.weight",
                          "model.layers.0.self_attn.v_proj.weight",
                          "model.layers.0.self_attn.o_proj.weight",
                          "model.layers.0.post_attention_layernorm.weight",
                          "model.layers.0.mlp.gate_proj.weight",
                          "model.layers.0.mlp.up_proj.weight",
                          "model.layers.0.mlp.down_proj.weight",
                          "model.norm.weight", "lm_head.weight"));
}

TEST(Architecture, ATiedModelHasNoClassifierOfItsOwn) {
  EXPECT_EQ(tensors_of(small_config(true)).back().name, "model.norm.weight");
  EXPECT_EQ(classifier_of(small_config(true)).name,
            "model.embed_tokens.weight");
  EXPECT_EQ(classifier_of(small_config(false)).name, "lm_head.weight");
}

TEST(Architecture, TheShardsOfAllRanksMakeTheWhole) {
  const ModelConfig config = small_config();
  size_t tensors = 0;
  for (const Shard& shard : even_cut(config.layers, 3)) {
    tensors += tensors_of(config, shard).size();
  }
  EXPECT_EQ(tensors, tensors_of(config).size());
}

TEST(Architecture, ShapesFollowFromTheConfig) {
  const ModelConfig config = small_config();  // of 8, hidden 12, 4 and 2 heads
  const auto shape = [&](Role role) {
    return tensor_of(config, role, 2).shape;
  };
  EXPECT_THAT(shape(Role::kEmbedding), ElementsAre(16, 8));
  EXPECT_THAT(shape(Role::kQuery), ElementsAre(8, 8));
  EXPECT_THAT(shape(Role::kKey), ElementsAre(4, 8));
  EXPECT_THAT(shape(Role::kGate), ElementsAre(12, 8));
  EXPECT_THAT(shape(Role::kDown), ElementsAre(8, 12));
  EXPECT_THAT(shape(Role::kLastNorm), ElementsAre(8));
}

TEST(Architecture, VectorsStartAtOneAndDoNotDecay) {
  for (const ModelTensor& tensor : tensors_of(small_config(false))) {
    const bool is_vector = tensor.shape.size() == 1;
    EXPECT_EQ(tensor.start == Start::kOnes, is_vector) << tensor.name;
    EXPECT_EQ(tensor.decays, !is_vector) << tensor.name;
  }
}

}  // namespace
}  // namespace pi_ring
