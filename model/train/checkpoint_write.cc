// Saves a run: every rank its part, the head the manifest last.
#include <array>
#include <cstdio>
#include <string>

#include "model/architecture/cut.h"
#include "model/base/hash.h"
#include "model/base/new_file.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/safetensors_writer.h"
#include "model/train/checkpoint.h"
#include "model/train/checkpoint_manifest.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// The same for every rank, and another for every run and step: ranks of a ring
// know by it that they hold parts of one model.
uint64_t fingerprint_of(const CheckpointMark& mark, const ModelConfig& config) {
  Hash hash;
  hash.add(fingerprint_of(config));
  hash.add(mark.run);
  hash.add(static_cast<uint64_t>(mark.step));
  return hash.value();
}

std::span<const std::byte> bytes_of(const FloatBuffer& buffer) {
  return std::as_bytes(std::span(buffer.data(), buffer.size()));
}

void write_values(const fs::path& file, const ShardMark& mark,
                  std::span<const Parameter* const> parameters) {
  std::vector<TensorHeader> headers;
  for (const Parameter* parameter : parameters) {
    headers.push_back({parameter->name, DType::F32, parameter->shape});
  }
  SafetensorsWriter writer(file, std::move(headers), metadata_of(mark));
  for (const Parameter* parameter : parameters) {
    writer.write(parameter->name, bytes_of(parameter->value));
  }
  writer.commit();
}

void write_moments(const fs::path& file, const ShardMark& mark,
                   std::span<const Parameter* const> parameters) {
  std::vector<TensorHeader> headers;
  for (const Parameter* parameter : parameters) {
    headers.push_back(
        {parameter->name + kFirstMoment, DType::F32, parameter->shape});
    headers.push_back(
        {parameter->name + kSecondMoment, DType::F32, parameter->shape});
  }
  SafetensorsWriter writer(file, std::move(headers), metadata_of(mark));
  for (const Parameter* parameter : parameters) {
    writer.write(parameter->name + kFirstMoment,
                 bytes_of(parameter->first_moment));
    writer.write(parameter->name + kSecondMoment,
                 bytes_of(parameter->second_moment));
  }
  writer.commit();
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
  write_values(own / kWeightsFile, shard_mark, parameters);
  write_moments(own / kOptimizerFile, shard_mark, parameters);
  write_config(config, own);
  if (!tokenizer.empty()) copy_tokenizer(tokenizer, own);
}

void write_manifest(const fs::path& folder, const Manifest& manifest) {
  const fs::path step = checkpoint_folder(folder, manifest.mark.step);
  NewFile file(step / kManifestFile);
  file.write(manifest_json(step, manifest).dump(2) + "\n");
  file.commit();
}

}  // namespace pi_ring
