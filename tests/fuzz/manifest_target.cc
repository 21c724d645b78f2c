// A checkpoint's manifest.json: what is accepted says the same when it is
// written and read again.
#include "model/folder/fingerprint.h"
#include "model/folder/shard_folder.h"
#include "model/train/manifest.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

// The folder of one step of two ranks. Of the files only the sizes count.
class Step {
 public:
  Step() {
    for (int rank = 0; rank < kRanks; ++rank) {
      std::filesystem::create_directories(rank_folder(path(), rank));
      for (const char* name :
           {kConfigFile, kWeightsFile, kOptimizerFile, kTokenizerFile}) {
        const auto file = rank_folder(path(), rank) / name;
        write_file_text(file, name);
        sums_[name] = sum_of_file(file);
      }
    }
  }

  const std::filesystem::path& path() const { return folder_.path(); }
  std::filesystem::path manifest() const { return folder_ / kManifestFile; }

  Manifest read(std::string_view text) const {
    write_file_text(manifest(), std::string(text));
    return read_manifest(path());
  }

  // Each rank lists the files that the manifest has of it.
  void write(const Manifest& content) const {
    int rank = 0;
    for (const FileSums& sums : content.files) {
      leave_file_sums(sums, rank_folder(path(), rank++));
    }
    write_manifest(path(), content);
  }

  Manifest example(int ranks) const {
    Manifest example;
    example.mark = {.step = 20, .run = 0xABCDEF};
    example.ranks = ranks;
    example.seed = 42;
    example.options = {{"--lr", {"0.25"}}, {"--steps", {"40"}}};
    example.files.resize(static_cast<size_t>(ranks), sums_);
    return example;
  }

 private:
  static constexpr int kRanks = 2;
  TemporaryFolder folder_;
  FileSums sums_;  // of every rank
};

const Step& step() {
  static const Step step;
  return step;
}

// Format 1 had no checksums. They get one, because only format 2 is written.
Manifest with_checksums(Manifest manifest) {
  for (FileSums& rank : manifest.files) {
    for (auto& [name, sum] : rank) sum.checksum = sum.checksum.value_or(0);
  }
  manifest.has_checksums = true;
  return manifest;
}

bool is_same(const Manifest& a, const Manifest& b) {
  return a.mark.step == b.mark.step && a.mark.run == b.mark.run &&
         a.ranks == b.ranks && a.seed == b.seed && a.options == b.options &&
         a.log == b.log && a.files == b.files &&
         a.has_checksums == b.has_checksums;
}

bool reads_the_same_again(std::string_view text) {
  return is_accepted([&] {
    const Manifest manifest = with_checksums(step().read(text));
    step().write(manifest);
    require(is_same(manifest, read_manifest(step().path())),
            "a manifest that is written reads otherwise");
  });
}

// The text with the checksum that is right, where it has one in the place of
// a checksum: otherwise fuzzing would never come past it.
std::string sealed(std::string_view text) {
  constexpr std::string_view kBegin = ",\n  \"checksum\": \"";
  constexpr std::string_view kEnd = "\"\n}\n";
  const size_t begin = text.rfind(kBegin);
  if (begin == std::string_view::npos) return std::string(text);
  const std::string_view body = text.substr(0, begin);
  return std::string(body)
      .append(kBegin)
      .append(fingerprint_text(*sum_of(body).checksum))
      .append(kEnd);
}

bool accepts_manifest(std::string_view bytes) {
  const std::string repaired = sealed(bytes);
  if (repaired != bytes) reads_the_same_again(repaired);
  return reads_the_same_again(bytes);
}

std::string format_1(const Manifest& manifest) {
  nlohmann::ordered_json text = {{"format", 1},
                                 {"step", manifest.mark.step},
                                 {"run", fingerprint_text(manifest.mark.run)},
                                 {"seed", manifest.seed},
                                 {"options", manifest.options}};
  for (const FileSums& rank : manifest.files) {
    auto& files = text["files"].emplace_back();
    for (const auto& [name, sum] : rank) files[name] = sum.bytes;
  }
  return text.dump(2) + "\n";
}

std::vector<std::string> manifest_seeds() {
  std::vector<std::string> seeds = {format_1(step().example(2))};
  Manifest manifest = step().example(1);
  for (int ranks = 1; ranks <= 2; ++ranks) {
    step().write(manifest);
    seeds.push_back(file_text(step().manifest()));
    manifest = step().example(2);
    manifest.log = sum_of("a line\n");
  }
  return seeds;
}

const AddedTarget kManifest({"manifest", accepts_manifest, manifest_seeds});

}  // namespace
}  // namespace pi_ring
