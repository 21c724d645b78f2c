// Compares paths after following links, component by component.
#include "userspace/ring/train/plan_folders.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "model/folder/shard_folder.h"
#include "model/train/checkpoint.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// Returns the path that the kernel would open; nothing where it would fail.
fs::path followed(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) return {};
  return real.has_filename() ? real : real.parent_path();
}

bool is_below(const fs::path& folder, const fs::path& path) {
  if (folder.empty()) return false;
  const fs::path top = followed(folder);
  const fs::path real = followed(path);
  if (top.empty() || real.empty()) return false;
  return std::ranges::mismatch(top, real).in1 == top.end();
}

[[noreturn]] void refuse(const char* what, const fs::path& path) {
  throw RingError("a training may not " + std::string(what) + " " +
                  neighbours_text(path.string()) +
                  " on this rank: its training-folder does not hold it");
}

void check_read(const PlanFolders& folders, const fs::path& path) {
  if (is_below(folders.training, path) || is_below(folders.model, path)) return;
  refuse("read", path);
}

void check_written(const PlanFolders& folders, const fs::path& path) {
  if (!is_below(folders.training, path)) refuse("write", path);
}

}  // namespace

void check_folders(const PlanFolders& folders, const TrainPlan& plan) {
  if (plan.start != TrainPlan::Start::kDraw) check_read(folders, plan.from);
  if (plan.save.empty()) return;  // the tokenizer is then not used either
  check_written(folders, plan.save);
  if (!plan.tokenizer.empty()) check_read(folders, plan.tokenizer);
}

void check_checkpoint(const PlanFolders& folders, const TrainPlan& plan,
                      int rank, int64_t step) {
  check_written(folders, rank_folder(checkpoint_folder(plan.save, step), rank));
}

}  // namespace pi_ring
