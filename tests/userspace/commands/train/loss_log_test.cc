// The log of a run keeps every step, also where the disk was full for a while.
#include "userspace/commands/train/loss_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <system_error>

#include "tests/file_size_limit.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

LossRecord record_of(int64_t step) {
  LossRecord record;
  record.step = step;
  return record;
}

std::string lines_of(int64_t steps) {
  std::string lines;
  for (int64_t step = 1; step <= steps; ++step) {
    lines += to_json(record_of(step)).dump() + "\n";
  }
  return lines;
}

TEST(LossLog, WritesTheRestOfALineWhenThereIsSpaceAgain) {
  const TemporaryFolder folder;
  LossLog log(folder.path(), 0);
  {
    const FileSizeLimit limit(lines_of(2).size() + 5);
    log.add(record_of(1));
    log.add(record_of(2));
    EXPECT_THROW(log.add(record_of(3)), std::system_error);
    EXPECT_THROW(log.sync(), std::system_error);
    EXPECT_EQ(file_text(folder / "log.jsonl"),
              lines_of(3).substr(0, lines_of(2).size() + 5));
  }
  log.sync();
  EXPECT_EQ(file_text(folder / "log.jsonl"), lines_of(3));
}

}  // namespace
}  // namespace pi_ring
