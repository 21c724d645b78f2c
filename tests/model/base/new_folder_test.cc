// Folders that were made for work that failed go away again.
#include "model/base/new_folder.h"

#include <gtest/gtest.h>

#include <system_error>

#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using std::filesystem::exists;

TEST(NewFolder, StaysWhereItWasCommitted) {
  TemporaryFolder folder;
  {
    NewFolder made(folder / "a/b/c");
    made.commit();
  }
  EXPECT_TRUE(exists(folder / "a/b/c"));
}

TEST(NewFolder, GoesWithItsParentsAndFilesOtherwise) {
  TemporaryFolder folder;
  {
    NewFolder made(folder / "a/b/c/");
    write_file_text(folder / "a/b/c/file", "x");
    NewFolder inside(folder / "a/b/c/d");
    inside.commit();
  }
  EXPECT_FALSE(exists(folder / "a"));
}

TEST(NewFolder, LeavesAloneWhatWasThereBefore) {
  TemporaryFolder folder;
  std::filesystem::create_directories(folder / "a");
  write_file_text(folder / "a/file", "x");
  { NewFolder made(folder / "a/b"); }
  { NewFolder again(folder / "a"); }
  EXPECT_TRUE(exists(folder / "a/file"));
  EXPECT_FALSE(exists(folder / "a/b"));
}

TEST(NewFolder, FailsByNameWhereAFileIsInTheWay) {
  TemporaryFolder folder;
  write_file_text(folder / "file", "x");
  try {
    NewFolder made(folder / "file/b");
    FAIL() << "expected a system_error";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.what(), (folder / "file").string() + ": File exists");
  }
}

TEST(NewFolder, RemovesItsParentsWhereItCannotBeMadeItself) {
  TemporaryFolder folder;
  const std::string too_long(300, 'x');
  EXPECT_THROW(NewFolder(folder / ("a/" + too_long)), std::system_error);
  EXPECT_FALSE(exists(folder / "a"));
}

}  // namespace
}  // namespace pi_ring
