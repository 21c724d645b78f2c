// Looks at the checkpoints of a run, the newest first.
#include "userspace/commands/train/resume_point.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "model/base/bad_input.h"
#include "userspace/commands/command.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/train/checkpoint_check.h"
#include "userspace/commands/train/log_prefix.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& reasons) {
  std::string text;
  for (const std::string& reason : reasons) {
    text += (text.empty() ? "" : "; ") + reason;
  }
  return text;
}

// Returns the new name of a log that cannot be continued; empty where there is
// no log.
fs::path put_aside(const fs::path& log) {
  if (!fs::exists(log)) return {};
  for (int count = 1;; ++count) {
    fs::path name =
        log.parent_path() / ("log-damaged-" + std::to_string(count) + ".jsonl");
    if (fs::exists(name)) continue;
    fs::rename(log, name);
    return name;
  }
}

class Search {
 public:
  explicit Search(fs::path folder) : folder_(std::move(folder)) {}

  // The newest one that is good in all its parts; or in all but the log, which
  // no step needs.
  std::optional<Checkpoint> newest() {
    auto found = newest_with([this](const Checkpoint& checkpoint) {
      checked_ = check_files(checkpoint);
      check_log(checkpoint, folder_);
    });
    if (!found) found = newest_without_log();
    if (found) report(*found);
    return found;
  }

  // Why checkpoints were passed over; the newest is the first.
  const std::vector<std::string>& passed_over() const { return passed_over_; }

 private:
  std::optional<Checkpoint> newest_with(const CheckpointTest& test) {
    passed_over_.clear();
    return newest_complete(folder_, passed_over_, test);
  }

  std::optional<Checkpoint> newest_without_log() {
    auto found = newest_with([this](const Checkpoint& checkpoint) {
      checked_ = check_files(checkpoint);
    });
    if (!found) return found;
    std::string reason;
    try {
      check_log(*found, folder_);
    } catch (const BadInput& error) {
      reason = error.what();
    }
    const fs::path aside = put_aside(log_file(folder_));
    tell_user(reason + "; " +
              (aside.empty() ? "" : "it is now " + aside.string() + ", and ") +
              "a new log begins after step " +
              std::to_string(found->manifest.mark.step));
    return found;
  }

  void report(const Checkpoint& found) const {
    for (const std::string& reason : passed_over_)
      tell_user("passed over " + reason);
    tell_user("verified step " + std::to_string(found.manifest.mark.step) +
              ": " + describe(checked_, found.manifest));
  }

  fs::path folder_;
  CheckedFiles checked_;
  std::vector<std::string> passed_over_;
};

}  // namespace

std::optional<Checkpoint> find_checkpoint(const TrainOptions& options) {
  const fs::path& folder = options.save;
  if (folder.empty() || !fs::exists(folder)) return std::nullopt;
  const bool was_saved = holds_finished_save(folder);
  if (!options.resume) {
    if (!was_saved) return std::nullopt;
    throw WrongCall(folder.string() +
                    " holds a run: continue it with --resume, or --save to "
                    "another folder");
  }
  Search search(folder);
  auto found = search.newest();
  if (found) return found;
  const std::string reasons = joined(search.passed_over());
  if (was_saved) {
    throw BadInput(folder, "has no checkpoint without damage: " + reasons);
  }
  if (!reasons.empty()) tell_user("passed over " + reasons);
  return std::nullopt;
}

}  // namespace pi_ring
