#include "model/base/checksum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

std::string example_bytes(size_t count) {
  std::string text(count, '\0');
  for (size_t i = 0; i < count; ++i) text[i] = static_cast<char>(i * i >> 3);
  return text;
}

// Checkpoints stay on disks for years, so the values have to stay too. These
// are the ones that XXH3's description gives for no bytes and its seed 0, and
// what its library gave for "pi-ring" when the first checkpoint was written.
TEST(Checksum, StaysWhatItIs) {
  EXPECT_EQ(sum_of("").checksum, 0x2D06800538D394C2U);
  EXPECT_EQ(sum_of("pi-ring").checksum, 0xDBFBE111DEB664C8U);
}

TEST(Checksum, DoesNotDependOnThePieces) {
  const std::string text = example_bytes(5000);
  for (const size_t piece : {1, 7, 64, 1024, 4999}) {
    Checksum checksum;
    for (size_t at = 0; at < text.size(); at += piece) {
      checksum.add(std::string_view(text).substr(at, piece));
    }
    EXPECT_EQ(checksum.sum(), sum_of(text)) << piece;
  }
}

TEST(Checksum, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder;
  for (const size_t bytes : {0, 1, 1 << 20, (1 << 20) + 1, 5 << 20}) {
    const std::string text = example_bytes(bytes);
    write_file_text(folder / "file", text);
    std::string seen;
    const FileSum sum = sum_of_file(folder / "file", [&](auto block) {
      seen.append(reinterpret_cast<const char*>(block.data()), block.size());
    });
    EXPECT_EQ(sum, sum_of(text)) << bytes;
    EXPECT_TRUE(seen == text) << bytes;
  }
}

TEST(Checksum, EveryChangedByteChangesIt) {
  std::string text = example_bytes(3000);
  const FileSum whole = sum_of(text);
  for (char& byte : text) {
    for (int bit = 0; bit < 8; ++bit) {
      byte = static_cast<char>(byte ^ (1 << bit));
      EXPECT_NE(sum_of(text), whole);
      byte = static_cast<char>(byte ^ (1 << bit));
    }
  }
}

TEST(Checksum, OfAFolderOrNothingIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THAT(bad_input_of([&] { sum_of_file(folder.path()); }),
              HasSubstr("is not a regular file"));
  EXPECT_THAT(bad_input_of([&] { sum_of_file(folder / "none"); }),
              HasSubstr("none: No such file"));
}

}  // namespace
}  // namespace pi_ring
