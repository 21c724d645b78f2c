// Reads the log, and adds lines to it.
#include "userspace/commands/train/loss_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "model/base/new_file.h"
#include "model/base/system_error.h"
#include "userspace/commands/train/log_prefix.h"

namespace pi_ring {

nlohmann::ordered_json to_json(const LossRecord& record) {
  nlohmann::ordered_json json = {{"step", record.step},
                                 {"loss", record.loss},
                                 {"lr", record.learning_rate},
                                 {"grad_norm", record.gradient_norm}};
  if (record.validation) json["val_loss"] = *record.validation;
  return json;
}

LossLog::LossLog(const std::filesystem::path& folder, int64_t step)
    : open_(-1) {
  if (folder.empty()) return;
  file_ = log_file(folder);
  keep_until(step);
  open_ = OpenFile(open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!open_) throw_system_error(file_);
}

// A run that was killed may leave lines of steps after its last checkpoint, and
// half a line. These steps are taken again.
void LossLog::keep_until(int64_t step) {
  LogPrefix kept;
  if (step > 0 && std::filesystem::exists(file_)) kept = read_log(file_, step);
  for (const LossRecord& record : kept.records) {
    note(record.step, record.loss, record.validation);
  }
  checksum_.add(kept.text);
  NewFile file(file_);
  file.write(kept.text);
  file.commit();
}

void LossLog::note(int64_t step, double loss,
                   std::optional<double> validation) {
  curves_.training.push_back({step, loss});
  if (validation) curves_.validation.push_back({step, *validation});
}

void LossLog::add(const LossRecord& record) {
  note(record.step, record.loss, record.validation);
  if (!open_) return;
  const std::string line = to_json(record).dump() + "\n";
  checksum_.add(line);
  unwritten_ += line;
  write_rest();
}

// A full disk may take a part of a line, and the rest when it has space again.
void LossLog::write_rest() {
  while (!unwritten_.empty()) {
    const ssize_t written =
        write(open_.get(), unwritten_.data(), unwritten_.size());
    if (written < 0 && errno != EINTR) throw_system_error(file_);
    unwritten_.erase(0, written < 0 ? 0 : static_cast<size_t>(written));
  }
}

void LossLog::sync() {
  write_rest();
  if (open_ && fsync(open_.get()) != 0) throw_system_error(file_);
}

}  // namespace pi_ring
