// Reads lines, each a JSON object, strictly.
#include "userspace/commands/train/log_prefix.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "model/base/bad_input.h"
#include "model/base/mapped_file.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Nothing where the line is not one of a log.
std::optional<LossRecord> record_in(std::string_view line) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::nullopt;
  const auto step = object.find("step");
  if (step == object.end() || !step->is_number_unsigned()) return std::nullopt;
  LossRecord record;
  record.step = step->get<int64_t>();
  for (const auto& [key, number] :
       {std::pair{"loss", &record.loss}, std::pair{"lr", &record.learning_rate},
        std::pair{"grad_norm", &record.gradient_norm}}) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) return std::nullopt;
    *number = found->get<double>();
  }
  const auto validation = object.find("val_loss");
  if (validation == object.end()) return record;
  if (!validation->is_number()) return std::nullopt;
  record.validation = validation->get<double>();
  return record;
}

class LogReader {
 public:
  LogReader(const fs::path& file, std::string_view text)
      : file_(file), text_(text) {}

  // Reads the next line. Throws BadInput where it is not that of the step after
  // the one before.
  void read_line() {
    const size_t end = text_.find('\n', at_);
    const auto record = end == std::string_view::npos
                            ? std::nullopt
                            : record_in(text_.substr(at_, end - at_));
    const auto& records = prefix_.records;
    if (!record || record->step < 1 ||
        (!records.empty() && record->step - 1 != records.back().step)) {
      throw BadInput(file_, "line " + grouped(records.size() + 1) +
                                " is not that of a step of this run");
    }
    prefix_.records.push_back(*record);
    at_ = end + 1;
  }

  bool is_at_end() const { return at_ == text_.size(); }
  int64_t last_step() const {
    return prefix_.records.empty() ? 0 : prefix_.records.back().step;
  }
  LogPrefix take() && {
    prefix_.text = text_.substr(0, at_);
    return std::move(prefix_);
  }

 private:
  const fs::path& file_;
  std::string_view text_;
  size_t at_ = 0;
  LogPrefix prefix_;
};

std::string_view checked(std::string_view text, const fs::path& file,
                         const FileSum& sum) {
  if (text.size() < sum.bytes) {
    throw BadInput(file, grouped(text.size()) +
                             " bytes, the manifest says at least " +
                             grouped(sum.bytes));
  }
  text = text.substr(0, sum.bytes);
  if (sum_of(text) == sum) return text;
  throw BadInput(file, "is damaged: the checksum of its first " +
                           grouped(sum.bytes) + " bytes is not the manifest's");
}

}  // namespace

fs::path log_file(const fs::path& folder) { return folder / "log.jsonl"; }

LogPrefix read_log(const fs::path& file, int64_t step,
                   const std::optional<FileSum>& sum) {
  const MappedFile map(file);
  LogReader reader(file, sum ? checked(map.text(), file, *sum) : map.text());
  while (!reader.is_at_end() && (sum || reader.last_step() < step)) {
    reader.read_line();
  }
  const bool is_empty = sum && sum->bytes == 0;
  if (reader.last_step() != step && !is_empty) {
    throw BadInput(file, "has no line for step " + std::to_string(step));
  }
  return std::move(reader).take();
}

}  // namespace pi_ring
