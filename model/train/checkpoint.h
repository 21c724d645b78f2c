// A training run's state on the disk, from which it goes on with any number of
// ranks: FOLDER/step-00000100/ with a shard and its optimiser's state a rank,
// and the manifest, written last, without which none of it counts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/train/parameter.h"

namespace pi_ring {

// What is the same for every rank of one checkpoint.
struct CheckpointMark {
  int64_t step = 0;  // steps done; the data's position too
  uint64_t run = 0;  // tells runs apart, such as a hash of seed and data
};

struct Manifest {
  CheckpointMark mark;
  int ranks = 1;
  uint64_t seed = 0;
  nlohmann::json options;  // whatever the command wants to find again
};

// FOLDER/step-00000100.
std::filesystem::path checkpoint_folder(const std::filesystem::path& folder,
                                        int64_t step);

// The head calls it before any rank writes: makes the step's folder, and
// removes what an earlier, broken-off save may have left of that name.
void begin_checkpoint(const std::filesystem::path& folder, int64_t step);

// Each rank's part: config.json, model.safetensors (a shard as `pi-ring shard`
// makes it), optimizer.safetensors, and where `tokenizer` names a folder, its
// tokenizer.json. Throws std::system_error, as when the disk is full; the
// checkpoint before is as good as ever.
void write_rank(const std::filesystem::path& folder, const CheckpointMark& mark,
                const ModelConfig& config, const Shard& shard,
                std::span<const Parameter* const> parameters,
                const std::filesystem::path& tokenizer = {});

// The head, when every rank has written: now the checkpoint counts. Throws
// where a rank's file is not there.
void write_manifest(const std::filesystem::path& folder,
                    const Manifest& manifest);

// Removes one, finished or not: the manifest first, so that no part of it ever
// counts. Nothing happens where there is none.
void remove_checkpoint(const std::filesystem::path& folder, int64_t step);

// Removes all but the newest `count` complete ones, and what broken-off saves
// before the newest have left.
void keep_last(const std::filesystem::path& folder, int count);

class Checkpoint {
 public:
  // FOLDER/step-N. Throws BadInput, naming the file, where the manifest, a
  // rank's file, or a part of one is missing.
  explicit Checkpoint(const std::filesystem::path& step_folder);
  ~Checkpoint();
  Checkpoint(Checkpoint&&) noexcept;
  Checkpoint& operator=(Checkpoint&&) noexcept;

  const std::filesystem::path& path() const { return path_; }
  const Manifest& manifest() const { return manifest_; }
  const ModelConfig& config() const;
  // The head's rank folder, where the tokenizer is.
  const std::filesystem::path& tokenizer_folder() const;

  // Values and moments, by name, from whichever rank wrote them. Throws
  // BadInput where one is missing, misshaped or not finite.
  void load(std::span<Parameter* const> parameters) const;

 private:
  struct Files;

  std::filesystem::path path_;
  Manifest manifest_;
  std::unique_ptr<Files> files_;
};

// The newest one that is whole; a reason is appended to `passed_over` for each
// newer one that is not. Nothing where there is none.
std::optional<Checkpoint> newest_complete(
    const std::filesystem::path& folder, std::vector<std::string>& passed_over);

}  // namespace pi_ring
