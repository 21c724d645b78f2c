// A run's log.jsonl, after a line with the step up to which it is read: what is
// accepted says the same when it is written and read again.
#include <charconv>
#include <optional>

#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"
#include "userspace/commands/train/log_prefix.h"
#include "userspace/commands/train/loss_log.h"
#include "userspace/commands/train/loss_plot.h"

namespace pi_ring {
namespace {

struct Input {
  int64_t step = 0;
  std::string log;
};

// Nothing where the first line is not a step that a manifest may have.
std::optional<Input> input_in(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find('\n'));
  Input input;
  const char* end = line.data() + line.size();
  const auto read = std::from_chars(line.data(), end, input.step);
  const bool is_number = read.ec == std::errc() && read.ptr == end;
  if (!is_number || input.step < 0 || line.size() == bytes.size()) {
    return std::nullopt;
  }
  input.log = bytes.substr(line.size() + 1);
  return input;
}

// The lines of `to_json`, as a run writes them.
std::string text_of(const std::vector<LossRecord>& records) {
  std::string text;
  for (const LossRecord& record : records)
    text += to_json(record).dump() + "\n";
  return text;
}

void require_lines(const LogPrefix& prefix, const Input& input) {
  require(input.log.starts_with(prefix.text), "a log has other bytes");
  auto left = static_cast<int64_t>(prefix.records.size());
  for (const LossRecord& record : prefix.records) {
    require(record.step == input.step - --left,
            "a step does not follow the one before");
  }
}

void require_same_when_written(const LogPrefix& prefix, int64_t step,
                               const std::filesystem::path& file) {
  const std::string text = text_of(prefix.records);
  write_file_text(file, text);
  require(text_of(read_log(file, step, sum_of(text)).records) == text,
          "a log that is written reads otherwise");
}

// What a run does that resumes at the step, and what it draws.
void require_resumes(const LogPrefix& prefix, int64_t step,
                     const std::filesystem::path& folder) {
  LossLog log(folder, step);
  require(file_text(log_file(folder)) == prefix.text, "other lines are kept");
  if (step < INT64_MAX) log.add({.step = step + 1, .loss = 1.5});
  log.sync();
  require(sum_of(file_text(log_file(folder))) == log.sum(),
          "a log has another checksum than its file");
  require(log.curves().training.size() >= prefix.records.size(),
          "a curve lacks a step");
  loss_svg(log.curves());
}

bool accepts_log(std::string_view bytes) {
  static const TemporaryFolder folder;
  static const TemporaryFolder again;
  const std::optional<Input> input = input_in(bytes);
  if (!input) return false;
  const auto file = log_file(folder.path());
  write_file_text(file, input->log);
  is_accepted([&] { read_log(file, input->step, sum_of(input->log)); });
  return is_accepted([&] {
    const LogPrefix prefix = read_log(file, input->step);
    require_lines(prefix, *input);
    read_log(file, input->step, sum_of(prefix.text));
    require_same_when_written(prefix, input->step, log_file(again.path()));
    require_resumes(prefix, input->step, folder.path());
  });
}

std::vector<std::string> log_seeds() {
  const std::vector<LossRecord> records = {
      {.step = 1, .loss = 6.25, .learning_rate = 1e-3, .gradient_norm = 2.5},
      {.step = 2, .loss = 5.5, .learning_rate = 2e-3, .validation = 5.75},
      {.step = 3, .loss = 1.0 / 3.0, .gradient_norm = 1e-9}};
  const std::string text = text_of(records);
  return {
      "3\n" + text,
      // The log of a run that was killed after its last checkpoint.
      "2\n" + text.substr(0, text.size() - 20),
      // A log whose first lines were lost.
      "9223372036854775807\n" +
          text_of({{.step = INT64_MAX - 1}, {.step = INT64_MAX}}),
      "0\n",
  };
}

const AddedTarget kLog({"log", accepts_log, log_seeds});

}  // namespace
}  // namespace pi_ring
