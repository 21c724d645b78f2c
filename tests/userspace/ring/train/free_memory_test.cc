// The limit of a control group counts, in a folder that looks like one.
#include "userspace/ring/train/free_memory.h"

#include <gtest/gtest.h>

#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

class Group : public testing::Test {
 protected:
  void set_limit(const std::string& most, const std::string& used) const {
    write_file_text(folder_ / "memory.max", most + "\n");
    write_file_text(folder_ / "memory.current", used + "\n");
  }
  uint64_t free() const { return free_in_group(folder_.path()); }

  TemporaryFolder folder_;
};

TEST_F(Group, LeavesWhatItsLimitLeaves) {
  set_limit("1000000", "300000");
  EXPECT_EQ(free(), 700000U);
}

TEST_F(Group, CountsThePagesOfFilesAsFree) {
  set_limit("1000000", "300000");
  write_file_text(folder_ / "memory.stat",
                  "anon 100000\nfile 200000\ninactive_file 50000\n"
                  "active_file 20000\nunevictable 7\n");
  EXPECT_EQ(free(), 770000U);
}

TEST_F(Group, HasNothingLeftAtItsLimit) {
  set_limit("1000000", "1000000");
  EXPECT_EQ(free(), 0U);
  set_limit("1000000", "2000000");
  EXPECT_EQ(free(), 0U);
}

TEST_F(Group, WithoutALimitDoesNotCount) {
  EXPECT_EQ(free(), UINT64_MAX) << "no such group";
  set_limit("max", "300000");
  EXPECT_EQ(free(), UINT64_MAX);
}

TEST(FreeMemory, IsKnown) {
  EXPECT_GT(free_memory(), 0U);
  EXPECT_LT(free_memory(), UINT64_MAX);
}

}  // namespace
}  // namespace pi_ring
