// Finds checkpoints, tells whole ones from others, and loads them.
#include "model/train/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <string_view>

#include "model/base/bad_input.h"
#include "model/base/new_file.h"
#include "model/folder/model_folder.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/tensor.h"
#include "model/tensor/tensor_files.h"
#include "model/train/checkpoint_manifest.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStep = "step-";

std::optional<int64_t> step_of(const fs::path& folder) {
  const std::string name = folder.filename().string();
  if (!name.starts_with(kStep)) return std::nullopt;
  int64_t step = 0;
  const char* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + kStep.size(), end, step);
  const bool is_number = read.ec == std::errc() && read.ptr == end;
  return is_number ? std::optional(step) : std::nullopt;
}

std::vector<int64_t> steps_newest_first(const fs::path& folder) {
  std::vector<int64_t> steps;
  if (!fs::is_directory(folder)) return steps;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto step = step_of(entry.path());
    if (step && entry.path() == checkpoint_folder(folder, *step)) {
      steps.push_back(*step);
    }
  }
  std::ranges::sort(steps, std::greater());
  return steps;
}

void copy_tensor(const TensorFiles& files, const std::string& name,
                 const Parameter& parameter, FloatBuffer& to) {
  Tensor tensor = files.take(name, parameter.shape);
  const std::span<const float> values = tensor.all();
  std::ranges::copy(values, to.data());
}

}  // namespace

struct Checkpoint::Files {
  explicit Files(const fs::path& step_folder) : values(step_folder) {}

  ModelFolder values;
  TensorFiles moments;
};

Checkpoint::Checkpoint(const fs::path& step_folder)
    : path_(step_folder),
      manifest_(read_manifest(step_folder)),
      files_(std::make_unique<Files>(step_folder)) {
  for (int rank = 0; rank < manifest_.ranks; ++rank) {
    files_->moments.open(rank_folder(path_, rank) / kOptimizerFile);
  }
}

Checkpoint::~Checkpoint() = default;
Checkpoint::Checkpoint(Checkpoint&&) noexcept = default;
Checkpoint& Checkpoint::operator=(Checkpoint&&) noexcept = default;

const ModelConfig& Checkpoint::config() const {
  return files_->values.config();
}

const fs::path& Checkpoint::tokenizer_folder() const {
  return files_->values.head();
}

void Checkpoint::load(std::span<Parameter* const> parameters) const {
  for (Parameter* parameter : parameters) {
    const std::string& name = parameter->name;
    copy_tensor(files_->values.tensors(), name, *parameter, parameter->value);
    copy_tensor(files_->moments, name + kFirstMoment, *parameter,
                parameter->first_moment);
    copy_tensor(files_->moments, name + kSecondMoment, *parameter,
                parameter->second_moment);
  }
}

std::optional<Checkpoint> newest_complete(
    const fs::path& folder, std::vector<std::string>& passed_over) {
  for (const int64_t step : steps_newest_first(folder)) {
    try {
      return Checkpoint(checkpoint_folder(folder, step));
    } catch (const BadInput& error) {
      passed_over.emplace_back(error.what());
    }
  }
  return std::nullopt;
}

void remove_checkpoint(const fs::path& folder, int64_t step) {
  const fs::path path = checkpoint_folder(folder, step);
  if (!fs::exists(path)) return;
  fs::remove(path / kManifestFile);
  sync_folder(path);
  fs::remove_all(path);
}

void keep_last(const fs::path& folder, int count) {
  int complete = 0;
  for (const int64_t step : steps_newest_first(folder)) {
    bool is_complete = true;
    try {
      if (complete < count) Checkpoint(checkpoint_folder(folder, step));
    } catch (const BadInput&) {
      is_complete = false;
    }
    if (complete == count || (!is_complete && complete > 0)) {
      remove_checkpoint(folder, step);
    } else if (is_complete) {
      ++complete;
    }
  }
}

}  // namespace pi_ring
