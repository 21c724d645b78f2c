// Reads the log, and adds lines to it.
#include "userspace/commands/train/loss_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "model/base/bad_input.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"
#include "model/base/system_error.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr const char* kLogFile = "log.jsonl";

std::optional<double> validation_of(const json& line) {
  const auto found = line.find("val_loss");
  if (found == line.end()) return std::nullopt;
  return found->get<double>();
}

}  // namespace

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
  file_ = folder / kLogFile;
  keep_until(step);
  open_ = OpenFile(open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!open_) throw_system_error(file_);
}

// A run that was killed may leave lines of steps after its last checkpoint, and
// half a line. These steps are taken again.
void LossLog::keep_until(int64_t step) {
  std::string kept;
  if (step > 0) {
    const MappedFile map(file_);
    std::string_view text = map.text();
    for (int64_t next = 1; next <= step; ++next) {
      const size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      const json object = json::parse(line, nullptr, false);
      if (end == std::string_view::npos || !object.is_object() ||
          object.value("step", int64_t{0}) != next) {
        throw BadInput(file_, "has no line for step " + std::to_string(next));
      }
      note(next, object.at("loss"), validation_of(object));
      kept.append(line).append("\n");
      text.remove_prefix(end + 1);
    }
  }
  NewFile file(file_);
  file.write(kept);
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
  unwritten_ += to_json(record).dump() + "\n";
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
