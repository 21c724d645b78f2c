// One file of a checkpoint, of which the first byte says which: the checkpoint
// is refused or loaded, and what is loaded is finite.
#include <algorithm>
#include <array>
#include <memory>

#include "model/folder/fingerprint.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/finite.h"
#include "model/train/checkpoint.h"
#include "model/train/verification.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr int kRanks = 2;
constexpr CheckpointMark kMark = {.step = 20, .run = 0xABCDEF};
constexpr std::string_view kSumsFile = "checksums.json";

struct RankFile {
  int rank;
  std::string_view name;
};
constexpr std::array kFiles = {
    RankFile{0, kOptimizerFile}, RankFile{1, kOptimizerFile},
    RankFile{0, kWeightsFile},   RankFile{1, kWeightsFile},
    RankFile{0, kConfigFile},    RankFile{1, kSumsFile},
};

ModelConfig tiny_config() {
  ModelConfig config;
  config.name = "tiny";
  config.dim = 2;
  config.hidden_dim = 2;
  config.layers = 1;
  config.heads = 1;
  config.kv_heads = 1;
  config.vocab = 3;
  config.context = 4;
  config.tied = true;
  return config;
}

class Parameters {
 public:
  explicit Parameters(const Shard& shard) {
    for (ModelTensor& tensor : tensors_of(tiny_config(), shard)) {
      own_.push_back(std::make_unique<Parameter>(std::move(tensor), buffers_));
      all_.push_back(own_.back().get());
    }
  }

  std::span<Parameter* const> all() const { return all_; }
  std::vector<const Parameter*> to_write() const {
    return {all_.begin(), all_.end()};
  }

 private:
  Buffers buffers_;
  std::vector<std::unique_ptr<Parameter>> own_;
  std::vector<Parameter*> all_;
};

// A file system may bring a file that is overwritten to the disk at once, which
// takes most of the time of a test. It does not do that with a new file.
void write_new(const fs::path& file, const std::string& text) {
  fs::remove(file);
  write_file_text(file, text);
}

// A checkpoint of two ranks. Its manifest is of format 1, which has no
// checksums: they would turn away what the readers have to.
class Files {
 public:
  Files() {
    begin_checkpoint(folder_.path(), kMark.step);
    for (const Shard& shard : even_cut(tiny_config().layers, kRanks)) {
      write_rank(folder_.path(), kMark, tiny_config(), shard,
                 Parameters(shard).to_write());
    }
    texts_.reserve(kFiles.size());
    for (const RankFile& file : kFiles) texts_.push_back(file_text(at(file)));
    for (int rank = 0; rank < kRanks; ++rank) {
      auto& sizes = manifest_["files"].emplace_back();
      for (const auto& [name, sum] : take_file_sums(folder_of(rank))) {
        sizes[name] = sum.bytes;
      }
    }
  }

  fs::path step() const {
    return checkpoint_folder(folder_.path(), kMark.step);
  }
  fs::path folder_of(int rank) const { return rank_folder(step(), rank); }
  const std::string& valid(size_t which) const { return texts_[which]; }

  // The manifest has the size of the file as it is now.
  void write(size_t which, std::string_view text) const {
    const RankFile& file = kFiles[which];
    write_new(at(file), std::string(text));
    if (file.name == kSumsFile) return;
    nlohmann::json manifest = manifest_;
    manifest["files"][static_cast<size_t>(file.rank)][std::string(file.name)] =
        text.size();
    write_new(step() / kManifestFile, manifest.dump());
  }

 private:
  fs::path at(const RankFile& file) const {
    return folder_of(file.rank) / file.name;
  }

  TemporaryFolder folder_;
  std::vector<std::string> texts_;  // as kFiles
  nlohmann::json manifest_ = {{"format", 1},
                              {"step", kMark.step},
                              {"run", fingerprint_text(kMark.run)},
                              {"seed", 42},
                              {"options", nlohmann::json::object()}};
};

const Files& files() {
  static const Files files;
  return files;
}

void require_finite(const FloatBuffer& buffer) {
  require(!find_not_finite({buffer.data(), buffer.size()}),
          "a value that is not finite is loaded");
}

void load(const Parameters& parameters, const Checkpoint& checkpoint) {
  load_checkpoint(checkpoint.model, parameters.all());
  for (const Parameter* parameter : parameters.all()) {
    require_finite(parameter->value);
    require_finite(parameter->first_moment);
    require_finite(parameter->second_moment);
  }
}

// Loads what the verification refuses too: a file may change after it.
bool accepts_files() {
  static const Parameters whole(even_cut(tiny_config().layers, 1).front());
  return is_accepted([] {
    const Checkpoint checkpoint = open_checkpoint(files().step());
    const bool is_verified = is_accepted([&] { verify(checkpoint); });
    load(whole, checkpoint);
    if (!is_verified) throw BadInput("is not verified");
  });
}

// What a rank leaves for the head is read by itself, before there is a
// manifest.
bool accepts_sums(int rank) {
  return is_accepted([&] { take_file_sums(files().folder_of(rank)); });
}

bool accepts_moments(std::string_view bytes) {
  if (bytes.empty()) return false;
  const size_t which = static_cast<uint8_t>(bytes.front()) % kFiles.size();
  const RankFile& file = kFiles[which];
  files().write(which, bytes.substr(1));
  const bool accepted =
      file.name == kSumsFile ? accepts_sums(file.rank) : accepts_files();
  files().write(which, files().valid(which));
  return accepted;
}

std::vector<std::string> moments_seeds() {
  std::vector<std::string> seeds;
  seeds.reserve(kFiles.size());
  for (size_t which = 0; which < kFiles.size(); ++which) {
    seeds.push_back(static_cast<char>(which) + files().valid(which));
  }
  return seeds;
}

const AddedTarget kMoments({"moments", accepts_moments, moments_seeds});

}  // namespace
}  // namespace pi_ring
