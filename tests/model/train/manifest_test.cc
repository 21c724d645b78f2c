#include "model/train/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/bad_input_of.h"
#include "tests/model/train/example_checkpoints.h"

namespace pi_ring {
namespace {

using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

class ManifestTest : public ExampleCheckpoints {
 protected:
  ManifestTest() : file_(of(2) / "manifest.json") {}

  void write_without_checksums() const {
    auto manifest = nlohmann::json::parse(file_text(file_));
    manifest["format"] = 1;
    manifest.erase("checksum");
    for (auto& rank : manifest["files"]) {
      for (auto& file : rank) file = file.at("bytes").get<uint64_t>();
    }
    write_file_text(file_, manifest.dump(2) + "\n");
  }

  // Writes the manifest with one value changed, and a right checksum where the
  // format has one.
  void write_changed(const std::string& pointer, const nlohmann::json& value) {
    auto manifest = nlohmann::ordered_json::parse(file_text(file_));
    manifest[nlohmann::ordered_json::json_pointer(pointer)] = value;
    manifest.erase("checksum");
    std::string text = manifest.dump(2);
    text.resize(text.rfind('\n'));
    std::string digits(16, '0');
    std::snprintf(digits.data(), digits.size() + 1, "%016llx",
                  static_cast<unsigned long long>(*sum_of(text).checksum));
    write_file_text(file_, text + ",\n  \"checksum\": \"" + digits + "\"\n}\n");
  }

  std::string error() const {
    return bad_input_of([&] { read_manifest(of(2)); });
  }

  fs::path file_;
};

TEST_F(ManifestTest, ListsTheSizeAndChecksumOfEachFile) {
  save(2);
  const Manifest manifest = read_manifest(of(2));
  EXPECT_TRUE(manifest.has_checksums);
  ASSERT_EQ(manifest.files.size(), 2U);
  EXPECT_EQ(manifest.files[0].size(), 3U);
  EXPECT_EQ(manifest.files[1].size(), 4U);
  for (int rank = 0; rank < 2; ++rank) {
    for (const auto& [name, sum] : manifest.files[rank]) {
      EXPECT_EQ(sum,
                sum_of_file(of(2) / ("rank-" + std::to_string(rank)) / name));
    }
  }
}

TEST_F(ManifestTest, ARanksOwnListOfChecksumsIsGoneInTheEnd) {
  save(2);
  for (const auto& entry : fs::recursive_directory_iterator(of(2))) {
    EXPECT_NE(entry.path().filename(), "checksums.json");
  }
}

TEST_F(ManifestTest, RemembersTheLog) {
  write_ranks(2, 2);
  Manifest manifest = this->manifest(2, 2);
  manifest.log = sum_of("a line\n");
  write_manifest(of(2), manifest);
  EXPECT_EQ(read_manifest(of(2)).log, manifest.log);
}

TEST_F(ManifestTest, WithAnyByteChangedIsRefused) {
  save(2);
  const std::string whole = file_text(file_);
  for (size_t at = 0; at < whole.size(); ++at) {
    // Other digits, capitals, and what is not text.
    const int change = std::array{1, 2, 3, 0x20, 0x80}[at % 5];
    std::string text = whole;
    text[at] = static_cast<char>(text[at] ^ change);
    write_file_text(file_, text);
    EXPECT_THAT(error(), HasSubstr("manifest.json: ")) << at;
  }
}

TEST_F(ManifestTest, CutAnywhereIsRefused) {
  save(2);
  const std::string whole = file_text(file_);
  for (size_t length = 0; length < whole.size(); length += 9) {
    write_file_text(file_, whole.substr(0, length));
    EXPECT_THAT(error(), HasSubstr("manifest.json: ")) << length;
  }
}

TEST_F(ManifestTest, OfBeforeThereWereChecksumsIsRead) {
  save(2);
  write_without_checksums();
  const Manifest manifest = read_manifest(of(2));
  EXPECT_FALSE(manifest.has_checksums);
  EXPECT_EQ(manifest.ranks, 2);
  EXPECT_EQ(manifest.files[0].at("config.json").checksum, std::nullopt);
}

TEST_F(ManifestTest, EveryFieldHasItsRange) {
  const std::vector<std::pair<const char*, nlohmann::json>> changes = {
      {"/format", 3},
      {"/format", "2"},
      {"/step", -1},
      {"/step", 1.9e25},
      {"/step", 18446744073709551615U},
      {"/step", nullptr},
      {"/run", "0123"},
      {"/run", 5},
      {"/seed", -1},
      {"/seed", 0.5},
      {"/options", nullptr},
      {"/options", nlohmann::json::array()},
      {"/log", nullptr},
      {"/log", {{"bytes", -5}, {"xxh3", "0000000000000000"}}},
      {"/files", nullptr},
      {"/files", nlohmann::json::array()},
      {"/files/0", nullptr},
      {"/files/0/model.safetensors", 1.5},
      {"/files/0/model.safetensors", 344},
      {"/files/0/model.safetensors/bytes", -344},
      {"/files/0/model.safetensors/xxh3", "no"},
      {"/files/0/..~1..~1secret", 344},
  };
  for (const auto& [pointer, value] : changes) {
    save(2);
    write_changed(pointer, value);
    EXPECT_THAT(error(), AllOf(HasSubstr("manifest.json: "),
                               testing::Not(HasSubstr("json.exception"))))
        << pointer;
  }
  save(2);
  write_changed("/seed", 43);
  EXPECT_EQ(read_manifest(of(2)).seed, 43U);
}

}  // namespace
}  // namespace pi_ring
