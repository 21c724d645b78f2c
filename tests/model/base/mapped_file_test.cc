// Files are mapped whole, and an error names the file that cannot be mapped.
#include "model/base/mapped_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/process_end.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

std::string text_of(const MappedFile& map) {
  return {reinterpret_cast<const char*>(map.bytes().data()), map.size()};
}

// The part of the mapping that is in this process's page table, in KiB.
long resident_kib(const MappedFile& map) {
  std::ifstream smaps("/proc/self/smaps");
  std::string line;
  bool ours = false;
  while (std::getline(smaps, line)) {
    if (line.find(map.path().string()) != std::string::npos) ours = true;
    if (ours && line.rfind("Rss:", 0) == 0) return std::stol(line.substr(4));
  }
  return -1;
}

TEST(MappedFile, AWholeFileIsMapped) {
  TemporaryFolder folder;
  write_file_text(folder / "a", "some bytes");
  EXPECT_EQ(text_of(MappedFile(folder / "a")), "some bytes");
}

TEST(MappedFile, AnEmptyFileIsEmpty) {
  TemporaryFolder folder;
  write_file_text(folder / "a", "");
  const MappedFile map(folder / "a");
  EXPECT_EQ(map.size(), 0U);
  map.give_back(map.bytes());
}

TEST(MappedFile, OnlyRegularFilesAreMapped) {
  TemporaryFolder folder;
  EXPECT_THAT(bad_input_of([&] { MappedFile(folder / "none"); }),
              HasSubstr("none: No such file or directory"));
  EXPECT_THAT(bad_input_of([&] { MappedFile(folder.path()); }),
              HasSubstr("not a regular file"));
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(bad_input_of([&] { MappedFile(folder / "pipe"); }),
              HasSubstr("not a regular file"));
}

TEST(MappedFile, PagesGivenBackLeaveMemoryAndReturnUnchanged) {
  TemporaryFolder folder;
  write_file_text(folder / "a", std::string(4 << 20, 'x'));
  const MappedFile map(folder / "a");
  EXPECT_EQ(text_of(map), std::string(4 << 20, 'x'));
  ASSERT_GE(resident_kib(map), 4096);
  map.give_back(map.bytes().subspan(1, (4 << 20) - 2));
  EXPECT_LE(resident_kib(map), 4096 / 64);
  EXPECT_EQ(text_of(map), std::string(4 << 20, 'x'));
}

TEST(MappedFile, APartWithinOnePageIsKept) {
  TemporaryFolder folder;
  write_file_text(folder / "a", std::string(8192, 'x'));
  const MappedFile map(folder / "a");
  EXPECT_EQ(text_of(map), std::string(8192, 'x'));
  const long before = resident_kib(map);
  map.give_back(map.bytes().subspan(100, 200));
  map.give_back(map.bytes().subspan(4000, 200));
  EXPECT_EQ(resident_kib(map), before);
}

TEST(MappedFile, AFileThatIsCutShortIsNamedInOneLine) {
  TemporaryFolder folder;
  for (const char* name : {"a", "b", "c"}) {
    write_file_text(folder / name, std::string(20000, 'x'));
  }
  const auto [status, err] = end_of([&] {
    const MappedFile first(folder / "a");
    { const MappedFile gone(folder / "a"); }
    const MappedFile cut(folder / "b");
    const MappedFile last(folder / "c");
    std::filesystem::resize_file(cut.path(), 100);
    [[maybe_unused]] const volatile std::byte read = cut.bytes()[10000];
  });
  ASSERT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_THAT(err, testing::StartsWith("pi-ring: " + (folder / "b").string() +
                                       ": was cut short"));
  EXPECT_EQ(err.find('\n'), err.size() - 1);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// A sanitizer has a handler of its own for these.
TEST(MappedFile, ABusErrorElsewhereEndsTheProcessAsEver) {
  TemporaryFolder folder;
  write_file_text(folder / "a", std::string(20000, 'x'));
  const auto sent = end_of([&] {
    const MappedFile map(folder / "a");
    ::raise(SIGBUS);
  });
  EXPECT_TRUE(WIFSIGNALED(sent.status) && WTERMSIG(sent.status) == SIGBUS);
  const auto own = end_of([&] {
    { const MappedFile map(folder / "a"); }
    const OpenFile file(::open((folder / "a").c_str(), O_RDONLY));
    auto* bytes = static_cast<volatile char*>(
        ::mmap(nullptr, 20000, PROT_READ, MAP_PRIVATE, file.get(), 0));
    std::filesystem::resize_file(folder / "a", 0);
    [[maybe_unused]] const char byte = bytes[0];
  });
  EXPECT_TRUE(WIFSIGNALED(own.status) && WTERMSIG(own.status) == SIGBUS);
  EXPECT_EQ(own.err, "");
}
#endif

}  // namespace
}  // namespace pi_ring
