// Checkpoints of a small model, whose values tell where they belong.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/architecture/cut.h"
#include "model/train/checkpoint.h"
#include "tests/file_text.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {

// Values that tell step, tensor and place.
inline float example_value(int64_t step, const std::string& name, size_t i,
                           int which) {
  return static_cast<float>(std::hash<std::string>()(name) % 1000) +
         static_cast<float>(i) * 0.001F + static_cast<float>(step) * 7.0F +
         static_cast<float>(which) * 0.5F;
}

class RankParameters {
 public:
  RankParameters(const ModelConfig& config, const Shard& shard) {
    Buffers buffers;
    for (ModelTensor& tensor : tensors_of(config, shard)) {
      own_.push_back(std::make_unique<Parameter>(std::move(tensor), buffers));
    }
  }

  void fill(int64_t step) {
    for (const auto& parameter : own_) {
      for (size_t i = 0; i < parameter->value.size(); ++i) {
        const std::string& name = parameter->name;
        parameter->value.data()[i] = example_value(step, name, i, 0);
        parameter->first_moment.data()[i] = example_value(step, name, i, 1);
        parameter->second_moment.data()[i] = example_value(step, name, i, 2);
      }
    }
  }

  void expect_filled(int64_t step) const {
    for (const auto& parameter : own_) {
      for (size_t i = 0; i < parameter->value.size(); ++i) {
        const std::string& name = parameter->name;
        ASSERT_EQ(parameter->value.data()[i], example_value(step, name, i, 0));
        ASSERT_EQ(parameter->first_moment.data()[i],
                  example_value(step, name, i, 1));
        ASSERT_EQ(parameter->second_moment.data()[i],
                  example_value(step, name, i, 2));
      }
    }
  }

  std::vector<Parameter*> all() const {
    std::vector<Parameter*> pointers;
    for (const auto& parameter : own_) pointers.push_back(parameter.get());
    return pointers;
  }
  std::vector<const Parameter*> to_write() const {
    const auto pointers = all();
    return {pointers.begin(), pointers.end()};
  }

 private:
  std::vector<std::unique_ptr<Parameter>> own_;
};

class ExampleCheckpoints : public testing::Test {
 protected:
  void write_ranks(int64_t step, int ranks) const {
    begin_checkpoint(folder_.path(), step);
    for (const Shard& shard : even_cut(config_.layers, ranks)) {
      RankParameters parameters(config_, shard);
      parameters.fill(step);
      write_rank(folder_.path(), {step, kRun}, config_, shard,
                 parameters.to_write(),
                 shard.is_head() ? tokenizer_.path() : std::filesystem::path());
    }
  }
  void save(int64_t step, int ranks = 2) const {
    write_ranks(step, ranks);
    write_manifest(of(step), manifest(step, ranks));
  }
  static Manifest manifest(int64_t step, int ranks) {
    return {{step, kRun}, ranks, /*seed=*/42, {{"lr", 0.25}}};
  }
  std::filesystem::path of(int64_t step) const {
    return checkpoint_folder(folder_.path(), step);
  }
  std::optional<Checkpoint> newest() {
    passed_over_.clear();
    return newest_complete(folder_.path(), passed_over_);
  }
  void cut_short(const std::filesystem::path& file) const {
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  }

  static constexpr uint64_t kRun = 0xABCDEF;
  ModelConfig config_ = small_config();
  TemporaryFolder folder_;
  TemporaryFolder tokenizer_;
  std::vector<std::string> passed_over_;

  void SetUp() override {
    write_file_text(tokenizer_ / "tokenizer.json", "{}");
  }
};

}  // namespace pi_ring
