// A rank that trains its layers by the head's messages.
#pragma once

#include <string>

#include "model/folder/model_folder.h"
#include "userspace/link/link.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/message_queues.h"
#include "userspace/ring/train/plan_folders.h"

namespace pi_ring {

// Serves one training until the links close, which is its normal end, and
// returns the exit status. `model` is what the head's plan starts from; null
// where the values are drawn, or the rank has to open the model itself. An
// error here is sent to the head, which reports it to the user.
int run_train_rank(const RankOptions& options, const ModelFolder* model,
                   Link& up, Link& down);

// Serves one training whose plan has arrived already, on a rank that outlives
// it. The plan may only use `folders`. Closes the links, and returns why the
// training ended.
std::string serve_training(const RankOptions& options,
                           const PlanFolders& folders, Link& up, Link& down,
                           Message plan);

}  // namespace pi_ring
