// Sums up each file, and looks at its values on the way.
#include "model/train/verification.h"

#include "model/base/bad_input.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/value_scan.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

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
