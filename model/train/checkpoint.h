// A training run's state on the disk, from which it goes on with any number of
// ranks: FOLDER/step-00000100/ with a shard and its optimiser's state a rank,
// and the manifest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/folder/model_folder.h"
#include "model/train/manifest.h"
#include "model/train/parameter.h"

namespace pi_ring {

// FOLDER/step-00000100.
std::filesystem::path checkpoint_folder(const std::filesystem::path& folder,
                                        int64_t step);

// The head calls it before any rank writes: makes the step's folder, and
// removes what an earlier save that was interrupted may have left of that name.
void begin_checkpoint(const std::filesystem::path& folder, int64_t step);

// Each rank's part: config.json, model.safetensors (a shard as `pi-ring shard`
// makes it), optimizer.safetensors, and where `tokenizer` names a folder, its
// tokenizer.json; and their checksums, for the manifest. Throws
// std::system_error, as when the disk is full; the checkpoint before stays
// complete. The head writes the manifest when all ranks have written.
void write_rank(const std::filesystem::path& folder, const CheckpointMark& mark,
                const ModelConfig& config, const Shard& shard,
                std::span<const Parameter* const> parameters,
                const std::filesystem::path& tokenizer = {});

// Removes one, finished or not: the manifest first, so that no part of it ever
// counts. Nothing happens where there is none.
void remove_checkpoint(const std::filesystem::path& folder, int64_t step);

// The steps that have a folder, complete or not, the newest first.
std::vector<int64_t> steps_in(const std::filesystem::path& folder);

// Whether a save was finished there, whatever has happened to it since.
bool holds_finished_save(const std::filesystem::path& folder);

// Removes all but the newest `count` complete ones, and what is older than the
// newest and not complete. `damaged` are steps that do not count as complete.
void keep_last(const std::filesystem::path& folder, int count,
               const std::set<int64_t>& damaged = {});

struct Checkpoint {
  Manifest manifest;
  ModelFolder model;
};

// Opens FOLDER/step-N. Throws BadInput, naming the file, where the manifest, a
// rank's file, or a part of one is missing, or they do not belong together.
// Does not read the values: verify() does (verification.h).
Checkpoint open_checkpoint(const std::filesystem::path& step_folder);

// Runs `action`, which reads a checkpoint, and returns in one line why it
// failed; nothing where it did not.
std::optional<std::string> failure_of(const std::function<void()>& action);

// Throws BadInput, naming the file, where a checkpoint cannot be used.
using CheckpointTest = std::function<void(const Checkpoint&)>;

// The newest one that opens and that `test` accepts; "step 20: " and the reason
// is appended to `passed_over` for each newer one. Nothing where there is none.
std::optional<Checkpoint> newest_complete(const std::filesystem::path& folder,
                                          std::vector<std::string>& passed_over,
                                          const CheckpointTest& test = {});

// Copies values and moments, by name, from whichever rank wrote them. Throws
// BadInput where one is missing, misshaped or not finite.
void load_checkpoint(const ModelFolder& model,
                     std::span<Parameter* const> parameters);

}  // namespace pi_ring
