// Looks for models beside the program, and for checkpoints in a run.
#include "userspace/commands/model_path.h"

#include <string>
#include <system_error>
#include <vector>

#include "model/base/bad_input.h"
#include "model/train/checkpoint.h"
#include "model/train/verification.h"
#include "userspace/commands/text_output.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

bool is_run(const fs::path& path) {
  return !fs::exists(path / "config.json") && fs::is_directory(path) &&
         !steps_in(path).empty();
}

ModelFolder open_newest_checkpoint(const fs::path& run) {
  std::vector<std::string> passed_over;
  const auto found =
      newest_complete(run, passed_over,
                      [](const Checkpoint& checkpoint) { verify(checkpoint); });
  for (const std::string& reason : passed_over) {
    tell_user("passed over " + reason);
  }
  if (!found) throw BadInput(run, "has no checkpoint without damage");
  tell_user(run.string() + ": step " +
            std::to_string(found->manifest.mark.step));
  return found->model;
}

}  // namespace

fs::path demo_model() {
  std::error_code no_proc;
  const fs::path program = fs::read_symlink("/proc/self/exe", no_proc);
  const fs::path installed =
      program.parent_path().parent_path() / "share/pi-ring/demo";
  return !no_proc && fs::exists(installed / "config.json")
             ? installed
             : fs::path(PI_RING_DEMO_MODEL);
}

ModelFolder open_model(const fs::path& path) {
  return is_run(path) ? open_newest_checkpoint(path) : ModelFolder(path);
}

}  // namespace pi_ring
