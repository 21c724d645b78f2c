// Where a head's plan may point on a rank that is a service.
#pragma once

#include <cstdint>
#include <filesystem>

#include "userspace/ring/train/train_plan.h"

namespace pi_ring {

// The folders that the rank's own call names. An empty one allows nothing.
struct PlanFolders {
  std::filesystem::path model;     // trainings may read below it
  std::filesystem::path training;  // they may read and write below it
};

// Throws RingError where the plan reads or writes elsewhere. Links in the file
// system are followed first.
void check_folders(const PlanFolders& folders, const TrainPlan& plan);

// The same for the folder that `rank` writes at this step.
void check_checkpoint(const PlanFolders& folders, const TrainPlan& plan,
                      int rank, int64_t step);

}  // namespace pi_ring
