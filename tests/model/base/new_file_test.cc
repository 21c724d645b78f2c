// A new file or folder appears whole or not at all, whatever goes wrong.
#include "model/base/new_file.h"

#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>
#include <vector>

#include "tests/file_size_limit.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using std::filesystem::exists;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

template <typename Action>
std::string system_error_of(Action action) {
  try {
    action();
  } catch (const std::system_error& error) {
    return error.what();
  }
  ADD_FAILURE() << "expected a system_error";
  return {};
}

// A disk of a few pages. mounted() is false if this process may not mount.
class TinyDisk {
 public:
  explicit TinyDisk(const std::filesystem::path& at) : at_(at) {
    std::filesystem::create_directories(at);
    mounted_ = ::mount("none", at.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  ~TinyDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};

class NewFiles : public testing::TestWithParam<NewFileKind> {
 protected:
  TemporaryFolder folder_;
};

TEST_P(NewFiles, AppearOnlyWhenCommitted) {
  const auto path = folder_ / "a";
  NewFile file(path, GetParam());
  file.write("some ");
  file.write("bytes");
  EXPECT_FALSE(std::filesystem::exists(path));
  file.commit();
  EXPECT_EQ(file_text(path), "some bytes");
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("a"));
}

TEST_P(NewFiles, LeaveNothingWhereTheyWereNotCommitted) {
  {
    NewFile file(folder_ / "a", GetParam());
    file.write("half");
  }
  EXPECT_THAT(names_in(folder_.path()), IsEmpty());
}

TEST_P(NewFiles, ReplaceAnOlderOneWhole) {
  write_file_text(folder_ / "a", "old and longer");
  NewFile file(folder_ / "a", GetParam());
  file.write("new");
  EXPECT_EQ(file_text(folder_ / "a"), "old and longer");
  file.commit();
  EXPECT_EQ(file_text(folder_ / "a"), "new");
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("a"));
}

TEST_P(NewFiles, HaveTheModeThatTheUmaskLeaves) {
  const mode_t before = ::umask(027);
  NewFile file(folder_ / "a", GetParam());
  ::umask(before);
  file.commit();
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640U);
}

TEST_P(NewFiles, GiveTheirNameWhereTheFolderIsMissing) {
  EXPECT_THAT(system_error_of([&] { NewFile(folder_ / "b/a", GetParam()); }),
              EndsWith("/b/a: No such file or directory"));
}

TEST_P(NewFiles, NeverReplaceAFolder) {
  std::filesystem::create_directories(folder_ / "a/inside");
  EXPECT_THAT(system_error_of([&] {
                NewFile file(folder_ / "a", GetParam());
                file.write("new");
                file.commit();
              }),
              EndsWith("/a: Is a directory"));
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("a"));
}

TEST_P(NewFiles, LeaveTheOlderOneWhereAFileGrowsTooLarge) {
  write_file_text(folder_ / "a", "old");
  const FileSizeLimit limit(4096);
  EXPECT_THAT(system_error_of([&] {
                NewFile file(folder_ / "a", GetParam());
                file.write(std::string(10000, 'x'));
                file.commit();
              }),
              EndsWith("/a: File too large"));
  EXPECT_EQ(file_text(folder_ / "a"), "old");
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("a"));
}

TEST_P(NewFiles, LeaveNothingOnAFullDisk) {
  const TinyDisk disk(folder_ / "disk");
  if (!disk.mounted()) {
    GTEST_SKIP() << "mounting a small disk needs root";
  }
  const auto path = folder_ / "disk/model.safetensors";
  EXPECT_THAT(system_error_of([&] {
                NewFile file(path, GetParam());
                file.write(std::string(1 << 20, 'x'));
                file.commit();
              }),
              EndsWith("disk/model.safetensors: No space left on device"));
  EXPECT_THAT(names_in(folder_ / "disk"), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(OfBothKinds, NewFiles,
                         testing::Values(NewFileKind::kUnnamed,
                                         NewFileKind::kTemporary),
                         [](const auto& kind) {
                           return kind.param == NewFileKind::kUnnamed
                                      ? "Unnamed"
                                      : "Temporary";
                         });

TEST_P(NewFiles, AreReadableBeforeTheyHaveAName) {
  NewFile file(folder_ / "a", GetParam());
  file.write("some bytes");
  const OpenFile open = file.open_for_reading();
  char bytes[16] = "";
  EXPECT_EQ(::read(open.get(), bytes, sizeof bytes), 10);
  EXPECT_STREQ(bytes, "some bytes");
}

// Leaves half a file, as a process does that is killed.
void leave_half_a_file(const std::filesystem::path& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    NewFile file(path, NewFileKind::kTemporary);
    file.write("half");
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
}

TEST(UnfinishedFiles, AreRemovedAndNothingElse) {
  TemporaryFolder folder;
  leave_half_a_file(folder / "tokens.bin");
  leave_half_a_file(folder / "model.1-2.new");
  const std::vector<std::string> others = {
      "tokens.bin", ".tokens.bin.new", ".12-3.new",   ".a.12-.new",
      ".a.-3.new",  ".a.12-3.new.bak", "a.12-3.new",  ".a.x12-3.new",
      ".new",       ".a.12-3-4.new",   ".a.12-3.new~"};
  for (const std::string& name : others) write_file_text(folder / name, "x");
  std::filesystem::create_directory(folder / ".folder.1-2.new");
  std::filesystem::create_symlink("tokens.bin", folder / ".link.1-2.new");
  remove_unfinished_files(folder.path());
  std::vector<std::string> expected = others;
  expected.insert(expected.end(), {".folder.1-2.new", ".link.1-2.new"});
  EXPECT_THAT(names_in(folder.path()),
              testing::UnorderedElementsAreArray(expected));
}

TEST(UnfinishedFiles, MayBeSoughtInAFolderThatDoesNotExist) {
  TemporaryFolder folder;
  remove_unfinished_files(folder / "none");
}

TEST(NewFolder, StaysWhereItWasCommitted) {
  TemporaryFolder folder;
  {
    NewFolder made(folder / "a/b/c");
    made.commit();
  }
  EXPECT_TRUE(exists(folder / "a/b/c"));
}

TEST(NewFolder, IsRemovedWithItsParentsAndFilesOtherwise) {
  TemporaryFolder folder;
  {
    NewFolder made(folder / "a/b/c/");
    write_file_text(folder / "a/b/c/file", "x");
    NewFolder inside(folder / "a/b/c/d");
    inside.commit();
  }
  EXPECT_FALSE(exists(folder / "a"));
}

TEST(NewFolder, LeavesOlderFilesAlone) {
  TemporaryFolder folder;
  std::filesystem::create_directories(folder / "a");
  write_file_text(folder / "a/file", "x");
  { NewFolder made(folder / "a/b"); }
  { NewFolder existing(folder / "a"); }
  EXPECT_TRUE(exists(folder / "a/file"));
  EXPECT_FALSE(exists(folder / "a/b"));
}

TEST(NewFolder, NamesTheFileThatIsInItsPlace) {
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
