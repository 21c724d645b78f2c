// Saves a run, finds its checkpoints, tells complete ones from others, and
// loads them.
#include "model/train/checkpoint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <functional>
#include <string_view>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/new_file.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/safetensors_writer.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStep = "step-";
// After a tensor's name, of what AdamW keeps of it.
constexpr const char* kFirstMoment = ".m";
constexpr const char* kSecondMoment = ".v";

std::optional<int64_t> step_of(const fs::path& folder) {
  const std::string name = folder.filename().string();
  if (!name.starts_with(kStep)) return std::nullopt;
  int64_t step = 0;
  const char* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + kStep.size(), end, step);
  const bool is_number = read.ec == std::errc() && read.ptr == end;
  return is_number ? std::optional(step) : std::nullopt;
}

// So that the owner of a folder can remove it, whatever its permissions are.
void let_owner_in(const fs::path& folder) {
  const auto give = [](const fs::path& path) {
    std::error_code ignored;  // removing it will fail, and say why
    fs::permissions(path, fs::perms::owner_all, fs::perm_options::add, ignored);
  };
  give(folder);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory(ignored)) give(entry.path());
  }
}

void copy_tensor(const TensorFiles& files, const std::string& name,
                 const Parameter& parameter, FloatBuffer& to) {
  Tensor tensor = files.take(name, parameter.file_shape());
  parameter.take_stored(tensor.all(), to);
}

// The same for every rank, and another for every run and step: ranks of a ring
// know by it that they hold parts of one model.
uint64_t fingerprint_of(const CheckpointMark& mark, const ModelConfig& config) {
  Hash hash;
  hash.add(fingerprint_of(config));
  hash.add(mark.run);
  hash.add(static_cast<uint64_t>(mark.step));
  return hash.value();
}

void write_stored(const Parameter& parameter, const char* suffix,
                  const FloatBuffer& values, SafetensorsWriter& writer) {
  std::vector<float> room;
  writer.write(parameter.name + suffix,
               std::as_bytes(parameter.as_stored(values, room)));
}

FileSum write_values(const fs::path& file, const ShardMark& mark,
                     std::span<const Parameter* const> parameters) {
  std::vector<TensorHeader> headers;
  for (const Parameter* parameter : parameters) {
    headers.push_back({parameter->name, DType::F32, parameter->file_shape()});
  }
  SafetensorsWriter writer(file, std::move(headers), metadata_of(mark));
  for (const Parameter* parameter : parameters) {
    write_stored(*parameter, "", parameter->value, writer);
  }
  writer.commit();
  return writer.sum();
}

FileSum write_moments(const fs::path& file, const ShardMark& mark,
                      std::span<const Parameter* const> parameters) {
  std::vector<TensorHeader> headers;
  for (const Parameter* parameter : parameters) {
    for (const char* moment : {kFirstMoment, kSecondMoment}) {
      headers.push_back(
          {parameter->name + moment, DType::F32, parameter->file_shape()});
    }
  }
  SafetensorsWriter writer(file, std::move(headers), metadata_of(mark));
  for (const Parameter* parameter : parameters) {
    write_stored(*parameter, kFirstMoment, parameter->first_moment, writer);
    write_stored(*parameter, kSecondMoment, parameter->second_moment, writer);
  }
  writer.commit();
  return writer.sum();
}

// Throws BadInput where a moment is missing or misshaped.
void check_moments(const ModelFolder& model) {
  const TensorFiles moments = model.moments();
  for (const ModelTensor& tensor : tensors_of(model.config())) {
    moments.get(tensor.name + kFirstMoment, tensor.file_shape());
    moments.get(tensor.name + kSecondMoment, tensor.file_shape());
  }
}

// Throws BadInput where the manifest's step is not that of the folder's name,
// or its run and step are not those that the ranks have written.
void check_mark(const fs::path& step_folder, const CheckpointMark& mark,
                const ModelFolder& model) {
  const fs::path manifest = step_folder / kManifestFile;
  const std::string claim = "is of step " + std::to_string(mark.step);
  if (step_of(step_folder).value_or(mark.step) != mark.step) {
    throw BadInput(manifest, claim + ", its folder is not");
  }
  if (fingerprint_of(mark, model.config()) != model.fingerprint()) {
    throw BadInput(manifest, claim + " of a run, the ranks' files are not");
  }
}

}  // namespace

fs::path checkpoint_folder(const fs::path& folder, int64_t step) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "step-%08lld",
                static_cast<long long>(step));
  return folder / name.data();
}

void begin_checkpoint(const fs::path& folder, int64_t step) {
  remove_checkpoint(folder, step);
  fs::create_directories(checkpoint_folder(folder, step));
  sync_folder(folder);
}

void write_rank(const fs::path& folder, const CheckpointMark& mark,
                const ModelConfig& config, const Shard& shard,
                std::span<const Parameter* const> parameters,
                const fs::path& tokenizer) {
  const fs::path step = checkpoint_folder(folder, mark.step);
  const fs::path own = rank_folder(step, shard.rank);
  fs::create_directories(own);
  sync_folder(step);
  const ShardMark shard_mark{config.name, fingerprint_of(mark, config),
                             fingerprint_of(config), shard};
  FileSums sums;
  sums[kWeightsFile] = write_values(own / kWeightsFile, shard_mark, parameters);
  sums[kOptimizerFile] =
      write_moments(own / kOptimizerFile, shard_mark, parameters);
  write_config(config, own);
  sums[kConfigFile] = sum_of_file(own / kConfigFile);
  if (!tokenizer.empty()) {
    for (const std::string& name : copy_tokenizer(tokenizer, own)) {
      sums[name] = sum_of_file(own / name);
    }
  }
  leave_file_sums(sums, own);
}

Checkpoint open_checkpoint(const fs::path& step_folder) {
  Manifest manifest = read_manifest(step_folder);
  ModelFolder model(step_folder);
  if (model.ranks() != manifest.ranks) {
    throw BadInput(step_folder, "holds shards for " +
                                    std::to_string(model.ranks()) +
                                    " ranks, its manifest says " +
                                    std::to_string(manifest.ranks));
  }
  // This throws where a rank's files are missing or of another model.
  model.tensors();
  check_moments(model);
  check_mark(step_folder, manifest.mark, model);
  return {std::move(manifest), std::move(model)};
}

void load_checkpoint(const ModelFolder& model,
                     std::span<Parameter* const> parameters) {
  const TensorFiles values = model.tensors();
  const TensorFiles moments = model.moments();
  for (Parameter* parameter : parameters) {
    const std::string& name = parameter->name;
    copy_tensor(values, name, *parameter, parameter->value);
    copy_tensor(moments, name + kFirstMoment, *parameter,
                parameter->first_moment);
    copy_tensor(moments, name + kSecondMoment, *parameter,
                parameter->second_moment);
  }
}

std::optional<Checkpoint> newest_complete(const fs::path& folder,
                                          std::vector<std::string>& passed_over,
                                          const CheckpointTest& test) {
  for (const int64_t step : steps_in(folder)) {
    std::optional<Checkpoint> found;
    const auto failure = failure_of([&] {
      found = open_checkpoint(checkpoint_folder(folder, step));
      if (test) test(*found);
    });
    if (!failure) return found;
    passed_over.push_back("step " + std::to_string(step) + ": " + *failure);
  }
  return std::nullopt;
}

std::optional<std::string> failure_of(const std::function<void()>& action) {
  try {
    action();
    return std::nullopt;
  } catch (const BadInput& error) {
    return error.what();
  } catch (const fs::filesystem_error& error) {
    return error.path1().string() + ": " + error.code().message();
  } catch (const std::system_error& error) {
    return error.what();
  }
}

std::vector<int64_t> steps_in(const fs::path& folder) {
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

bool holds_finished_save(const fs::path& folder) {
  return std::ranges::any_of(steps_in(folder), [&](int64_t step) {
    std::error_code unreadable;
    const fs::path manifest = checkpoint_folder(folder, step) / kManifestFile;
    return fs::status(manifest, unreadable).type() != fs::file_type::not_found;
  });
}

void remove_checkpoint(const fs::path& folder, int64_t step) {
  const fs::path path = checkpoint_folder(folder, step);
  if (!fs::exists(path)) return;
  let_owner_in(path);
  fs::remove(path / kManifestFile);
  sync_folder(path);
  fs::remove_all(path);
}

void keep_last(const fs::path& folder, int count,
               const std::set<int64_t>& damaged) {
  int complete = 0;
  for (const int64_t step : steps_in(folder)) {
    const auto open = [&] {
      if (complete < count) open_checkpoint(checkpoint_folder(folder, step));
    };
    const bool is_complete = !damaged.contains(step) && !failure_of(open);
    if (complete == count || (!is_complete && complete > 0)) {
      remove_checkpoint(folder, step);
    } else if (is_complete) {
      ++complete;
    }
  }
}

}  // namespace pi_ring
