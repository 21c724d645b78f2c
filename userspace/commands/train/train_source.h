// What a training run starts from: a checkpoint, a model, or random numbers.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "model/text/token_file.h"
#include "model/train/checkpoint.h"
#include "userspace/commands/model_source.h"
#include "userspace/commands/train/train_options.h"
#include "userspace/commands/train/work_folder.h"

namespace pi_ring {

// Whether these are options as options_to_store() returns them.
bool holds_options(const nlohmann::json& stored);

// Sets the options that this call did not give to those of the checkpoint's
// run.
void restore_options(CLI::App& command, const Checkpoint& checkpoint);

// Returns what restore_options() and check_data() read in a checkpoint later.
nlohmann::json options_to_store(const CLI::App& command, const TokenFile& data);

// Throws BadInput where the checkpoint's run read other texts.
void check_data(const Checkpoint& checkpoint, const TokenFile& data);

// Returns the model to train, of the checkpoint where there is one. A new
// tokenizer goes into the folder `work`.
ModelSource find_source(const TrainOptions& options, WorkFolder& work,
                        const std::optional<Checkpoint>& checkpoint);

}  // namespace pi_ring
