// A model in several files.
#include "model/folder/weights_index.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "model/folder/model_folder.h"
#include "model/tensor/safetensors.h"
#include "model/tensor/safetensors_writer.h"
#include "model/tensor/tensor.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class WeightsIndex : public testing::Test {
 protected:
  WeightsIndex() {
    write_small_model(folder_ / "one", /*tied=*/false);
    std::filesystem::create_directory(several_);
    std::filesystem::copy(folder_ / "one/config.json",
                          several_ / "config.json");
    const SafetensorsFile file(folder_ / "one/model.safetensors");
    std::array<std::vector<std::string>, 3> parts;
    size_t next = 0;
    for (const auto& [name, view] : file.tensors()) {
      parts[next++ % parts.size()].push_back(name);
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      write_part(file, file_name(i), parts[i]);
      for (const std::string& name : parts[i]) map_[name] = file_name(i);
    }
    write_index();
  }

  static std::string file_name(size_t part) {
    return "model-0000" + std::to_string(part + 1) + "-of-00003.safetensors";
  }
  void write_part(const SafetensorsFile& from, const std::string& name,
                  const std::vector<std::string>& tensors) const {
    std::vector<TensorHeader> headers;
    for (const std::string& tensor : tensors) {
      const TensorView& view = *from.find(tensor);
      headers.push_back({tensor, view.dtype, view.shape});
    }
    SafetensorsWriter writer(several_ / name, headers, {});
    for (const std::string& tensor : tensors) {
      writer.write(tensor, from.find(tensor)->bytes);
    }
    writer.commit();
  }
  void write_index() const {
    const json index = {{"metadata", {{"total_size", 1}}},
                        {"weight_map", map_}};
    write_file_text(several_ / "model.safetensors.index.json", index.dump());
  }
  std::string refusal() const {
    return bad_input_of([&] { const ModelFolder model(several_); });
  }

  TemporaryFolder folder_;
  std::filesystem::path several_ = folder_ / "several";
  json map_ = json::object();
};

TEST_F(WeightsIndex, JoinsTheFilesIntoOneModel) {
  const ModelFolder one(folder_ / "one");
  const ModelFolder several(several_);
  EXPECT_EQ(several.kind(), ModelFolder::Kind::kWhole);
  EXPECT_EQ(several.fingerprint(), one.fingerprint());
  const TensorFiles expected = one.tensors();
  const TensorFiles joined = several.tensors();
  for (const ModelTensor& tensor : tensors_of(one.config())) {
    Tensor a = joined.take(tensor.name, tensor.shape);
    Tensor b = expected.take(tensor.name, tensor.shape);
    EXPECT_TRUE(std::ranges::equal(a.all(), b.all())) << tensor.name;
  }
}

TEST_F(WeightsIndex, IsLeftAsideWhereThereIsOneFile) {
  std::filesystem::copy(folder_ / "one/model.safetensors",
                        several_ / "model.safetensors");
  std::filesystem::remove(several_ / file_name(0));
  EXPECT_NO_THROW(ModelFolder{several_});
}

TEST_F(WeightsIndex, NamesAFileThatIsMissing) {
  std::filesystem::remove(several_ / file_name(1));
  EXPECT_THAT(refusal(), HasSubstr(file_name(1) + ": No such file"));
}

TEST_F(WeightsIndex, NamesATensorThatItsFileDoesNotHave) {
  map_["model.norm.weight"] = file_name(
      map_["model.norm.weight"] == file_name(0) ? size_t{1} : size_t{0});
  write_index();
  EXPECT_THAT(refusal(), HasSubstr("tensor \"model.norm.weight\" is missing, "
                                   "though model.safetensors.index.json"));
}

TEST_F(WeightsIndex, RefusesATensorInTwoFiles) {
  const SafetensorsFile file(folder_ / "one/model.safetensors");
  write_part(file, "more.safetensors", {"model.norm.weight"});
  map_["model.norm.weight"] = "more.safetensors";
  write_index();
  EXPECT_THAT(refusal(), HasSubstr("tensor \"model.norm.weight\" is in another "
                                   "of the model's files, too"));
}

TEST_F(WeightsIndex, RefusesAPathOutOfTheFolder) {
  for (const json& name :
       {json("../one/model.safetensors"), json("/etc/model.safetensors"),
        json("weights.bin"), json(""), json(1), json(nullptr)}) {
    map_["model.norm.weight"] = name;
    write_index();
    EXPECT_THAT(refusal(), HasSubstr("tensor \"model.norm.weight\" is in "))
        << name;
  }
}

TEST_F(WeightsIndex, WithoutAMapIsRefused) {
  for (const char* text : {"{}", "[]", "3", R"({"weight_map": {}})"}) {
    write_file_text(several_ / "model.safetensors.index.json", text);
    EXPECT_THAT(refusal(), HasSubstr("index.json: has no weight_map"));
  }
}

}  // namespace
}  // namespace pi_ring
