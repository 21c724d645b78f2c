// Sums up each file, and looks at its values on the way.
#include "model/train/verification.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/base/bad_input.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/finite.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// Sees the blocks of a safetensors file whose tensors are all f32, and looks
// for a value that is not finite.
class ValueScan {
 public:
  explicit ValueScan(fs::path file) : file_(std::move(file)) {}

  void see(std::span<const std::byte> block) {
    if (at_ == 0) read_length(block);
    const uint64_t skipped =
        std::min<uint64_t>(block.size(), begin_ > at_ ? begin_ - at_ : 0);
    at_ += block.size();
    check(block.subspan(skipped));
  }

 private:
  // The tensors begin after the header, whose length the first bytes hold. A
  // file without as many bytes has no values.
  void read_length(std::span<const std::byte> block) {
    uint64_t length = 0;
    std::memcpy(&length, block.data(), std::min(block.size(), kLengthBytes));
    begin_ =
        length > UINT64_MAX - kLengthBytes ? UINT64_MAX : kLengthBytes + length;
  }

  void check(std::span<const std::byte> bytes) {
    values_.resize(bytes.size() / sizeof(float));
    std::memcpy(values_.data(), bytes.data(), values_.size() * sizeof(float));
    const auto found = find_not_finite(values_);
    if (!found) return;
    throw BadInput(file_, std::string("holds a value that is ") +
                              not_finite_name(values_[*found]));
  }

  fs::path file_;
  uint64_t at_ = 0;     // bytes seen so far
  uint64_t begin_ = 0;  // of the tensors
  std::vector<float> values_;
};

bool holds_tensors(const fs::path& file) {
  return file.filename() == kWeightsFile || file.filename() == kOptimizerFile;
}

FileSum sum_and_scan(const fs::path& file) {
  if (!holds_tensors(file)) return sum_of_file(file);
  ValueScan scan(file);
  return sum_of_file(file, [&](auto block) { scan.see(block); });
}

void verify_file(const fs::path& file, const FileSum& expected) {
  const FileSum found = sum_and_scan(file);
  const bool same_bytes =
      !expected.checksum || found.checksum == expected.checksum;
  if (found.bytes == expected.bytes && same_bytes) return;
  throw BadInput(file, "is damaged: its checksum is not the manifest's");
}

}  // namespace

Verification verify(const Checkpoint& checkpoint) {
  Verification verification;
  int rank = 0;
  for (const FileSums& sums : checkpoint.manifest.files) {
    const fs::path folder = rank_folder(checkpoint.model.path(), rank++);
    for (const auto& [name, sum] : sums) {
      verify_file(folder / name, sum);
      ++verification.files;
      verification.bytes += sum.bytes;
    }
  }
  return verification;
}

}  // namespace pi_ring
