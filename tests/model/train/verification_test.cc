#include "model/train/verification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "model/tensor/safetensors.h"
#include "model/tensor/safetensors_writer.h"
#include "model/tensor/tensor.h"
#include "tests/bad_input_of.h"
#include "tests/model/train/example_checkpoints.h"

namespace pi_ring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

class VerificationTest : public ExampleCheckpoints {
 protected:
  int64_t newest_verified() {
    passed_over_.clear();
    const auto found = newest_complete(
        folder_.path(), passed_over_,
        [](const Checkpoint& checkpoint) { verify(checkpoint); });
    return found ? found->manifest.mark.step : 0;
  }

  // Saves with one moment that is not finite.
  void save_with(float value) const {
    begin_checkpoint(folder_.path(), 1);
    const Shard shard = even_cut(config_.layers, 1)[0];
    const RankParameters parameters(config_, shard);
    parameters.all().back()->second_moment.data()[3] = value;
    write_rank(folder_.path(), {1, kRun}, config_, shard,
               parameters.to_write());
    write_manifest(of(1), manifest(1, 1));
  }
};

// Writes the file with the same tensors as BF16. The first value of each is
// `value`.
void narrow_file(const fs::path& path, float value) {
  const SafetensorsFile file(path);
  std::vector<TensorHeader> headers;
  for (const auto& [name, view] : file.tensors()) {
    headers.push_back({name, DType::BF16, view.shape});
  }
  SafetensorsWriter writer(path, headers, file.metadata());
  for (const auto& [name, view] : file.tensors()) {
    std::vector<float> values(count_of(view));
    copy_values(view, 0, values);
    values[0] = value;
    const std::vector<uint16_t> bits = narrowed(values, DType::BF16);
    writer.write(name, std::as_bytes(std::span(bits)));
  }
  writer.commit();
}

TEST_F(VerificationTest, CountsWhatItReads) {
  save(1);
  const Verification read = verify(open_checkpoint(of(1)));
  EXPECT_EQ(read.files, 7);
  uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(of(1))) {
    const bool is_listed = entry.path().filename() != "manifest.json";
    if (entry.is_regular_file() && is_listed) bytes += entry.file_size();
  }
  EXPECT_EQ(read.bytes, bytes);
}

TEST_F(VerificationTest, FindsEachChangedByte) {
  save(1);
  save(2);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(of(2))) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  ASSERT_EQ(files.size(), 8U);
  ASSERT_EQ(newest_verified(), 2);
  std::mt19937 random(14);
  for (int round = 0; round < 400; ++round) {
    const fs::path& file = files[random() % files.size()];
    const std::string whole = file_text(file);
    std::string text = whole;
    const size_t at = random() % text.size();
    text[at] = static_cast<char>(text[at] ^ (1 + random() % 255));
    write_file_text(file, text);
    EXPECT_EQ(newest_verified(), 1) << file << " at " << at;
    EXPECT_THAT(passed_over_, ElementsAre(HasSubstr("step-00000002/")));
    write_file_text(file, whole);
  }
  EXPECT_EQ(newest_verified(), 2);
  EXPECT_THAT(passed_over_, IsEmpty());
}

TEST_F(VerificationTest, FindsAValueThatIsNotFinite) {
  save_with(std::numeric_limits<float>::infinity());
  EXPECT_THAT(bad_input_of([&] { verify(open_checkpoint(of(1))); }),
              HasSubstr("rank-0/optimizer.safetensors: holds a value that is "
                        "infinity"));
  save_with(std::numeric_limits<float>::quiet_NaN());
  EXPECT_THAT(bad_input_of([&] { verify(open_checkpoint(of(1))); }),
              HasSubstr("holds a value that is NaN"));
}

TEST_F(VerificationTest, FindsAValueOf16BitsThatIsNotFinite) {
  write_ranks(1, 1);
  const fs::path file = of(1) / "rank-0/model.safetensors";
  // Beside a finite value, so that the two together are an f32 that is finite.
  narrow_file(file, std::numeric_limits<float>::infinity());
  FileSums sums = take_file_sums(of(1) / "rank-0");
  sums["model.safetensors"] = sum_of_file(file);
  leave_file_sums(sums, of(1) / "rank-0");
  write_manifest(of(1), manifest(1, 1));
  EXPECT_THAT(bad_input_of([&] { verify(open_checkpoint(of(1))); }),
              HasSubstr("model.safetensors: holds a value that is infinity"));
}

TEST_F(VerificationTest, FindsAFileOfAnotherStep) {
  save(1);
  save(2);
  fs::rename(of(2), folder_ / "step-00000003");
  EXPECT_EQ(newest_verified(), 1);
  EXPECT_THAT(passed_over_,
              ElementsAre(HasSubstr("manifest.json: is of step 2")));
}

TEST_F(VerificationTest, FindsZerosForMoments) {
  save(1);
  save(2);
  const fs::path file = of(2) / "rank-1/optimizer.safetensors";
  std::string text = file_text(file);
  text.replace(text.size() - 64, 64, 64, '\0');
  write_file_text(file, text);
  EXPECT_EQ(newest_verified(), 1);
  EXPECT_THAT(
      passed_over_,
      ElementsAre(HasSubstr("rank-1/optimizer.safetensors: is damaged")));
}

}  // namespace
}  // namespace pi_ring
