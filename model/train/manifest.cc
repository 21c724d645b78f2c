// Writes down the files of a checkpoint, and compares them with that later.
#include "model/train/manifest.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"
#include "model/base/system_error.h"
#include "model/base/wording.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

// Format 1 had sizes only, and no checksum of its own.
constexpr uint64_t kFormat = 2;
constexpr uint64_t kFormatWithoutChecksums = 1;
constexpr const char* kLog = "log";
constexpr const char* kFiles = "files";
constexpr const char* kOwnChecksum = "checksum";

// Returns the last lines of a manifest whose other lines are `body`.
std::string own_checksum(std::string_view body) {
  return std::string(",\n  \"") + kOwnChecksum + "\": \"" +
         fingerprint_text(*sum_of(body).checksum) + "\"\n}\n";
}

// Compares texts, so that no change of a byte is overlooked, not even one of a
// digit to its capital.
bool has_own_checksum(std::string_view text) {
  const size_t length = own_checksum({}).size();
  if (text.size() <= length) return false;
  const std::string_view body = text.substr(0, text.size() - length);
  return text.substr(body.size()) == own_checksum(body);
}

class ManifestReader {
 public:
  explicit ManifestReader(const fs::path& folder)
      : file_(folder / kManifestFile) {
    std::error_code error;
    const fs::file_status status = fs::status(file_, error);
    if (status.type() == fs::file_type::not_found) {
      throw BadInput(file_, "is not there: the save was not finished");
    }
    const MappedFile map(file_);
    root_ = parse_json(map.text(), file_);
    is_sealed_ = has_own_checksum(map.text());
  }

  Manifest read() const {
    Manifest manifest;
    manifest.has_checksums = read_format();
    manifest.mark.step = step();
    manifest.mark.run = run();
    manifest.seed = number(root_, "seed");
    if (!member("options").is_object()) refuse("options", "an object");
    manifest.options = root_["options"];
    if (root_.contains(kLog)) manifest.log = file_sum_from(root_[kLog], file_);
    manifest.files = files();
    manifest.ranks = static_cast<int>(manifest.files.size());
    check_checksums(manifest);
    return manifest;
  }

 private:
  [[noreturn]] void refuse(const std::string& key,
                           const std::string& expected) const {
    throw BadInput(file_, key + " is not " + expected);
  }

  const json& member(const char* key) const {
    static const json nothing;
    if (!root_.is_object()) throw BadInput(file_, "is not a JSON object");
    const auto found = root_.find(key);
    return found == root_.end() ? nothing : *found;
  }

  uint64_t number(const json& object, const char* key) const {
    if (!object.is_object() || !object.contains(key) ||
        !object[key].is_number_unsigned()) {
      refuse(key, "a number");
    }
    return object[key].get<uint64_t>();
  }

  // Returns whether a manifest of this format has checksums.
  bool read_format() const {
    const uint64_t format = number(root_, "format");
    if (format == kFormatWithoutChecksums && !root_.contains(kOwnChecksum)) {
      return false;
    }
    if (!is_sealed_) {
      throw BadInput(file_, "is damaged: its checksum is of other bytes");
    }
    if (format != kFormat) refuse("format", std::to_string(kFormat));
    return true;
  }

  int64_t step() const {
    const uint64_t step = number(root_, "step");
    if (step > uint64_t{INT64_MAX}) refuse("step", "the number of a step");
    return static_cast<int64_t>(step);
  }

  uint64_t run() const {
    const json& text = member("run");
    const auto value = text.is_string()
                           ? fingerprint_from(text.get<std::string>())
                           : std::nullopt;
    if (!value) refuse("run", "16 hexadecimal digits");
    return *value;
  }

  std::vector<FileSums> files() const {
    const json& list = member(kFiles);
    if (!list.is_array() || list.empty() || list.size() > kMostParts) {
      refuse(kFiles, "a list, an entry a rank");
    }
    std::vector<FileSums> files;
    for (const json& rank : list) {
      files.push_back(file_sums_from(rank, file_));
    }
    return files;
  }

  void check_checksums(const Manifest& manifest) const {
    for (const FileSums& rank : manifest.files) {
      for (const auto& [name, sum] : rank) {
        if (sum.checksum.has_value() != manifest.has_checksums) {
          throw BadInput(file_, manifest.has_checksums
                                    ? name + " has no checksum"
                                    : name + " has a checksum in format 1");
        }
      }
    }
  }

  static constexpr size_t kMostParts = 100'000;  // far more than any ring has

  fs::path file_;
  json root_;
  bool is_sealed_ = false;
};

void check_size(const fs::path& file, uint64_t expected) {
  std::error_code error;
  const uint64_t found = fs::file_size(file, error);
  if (error) throw BadInput(file, text_of_errno(error.value()));
  if (found == expected) return;
  throw BadInput(
      file, grouped(found) + " bytes, the manifest says " + grouped(expected));
}

}  // namespace

void write_manifest(const fs::path& step_folder, const Manifest& manifest) {
  auto files = ordered_json::array();
  for (int rank = 0; rank < manifest.ranks; ++rank) {
    files.push_back(to_json(take_file_sums(rank_folder(step_folder, rank))));
  }
  ordered_json content = {{"format", kFormat},
                          {"step", manifest.mark.step},
                          {"run", fingerprint_text(manifest.mark.run)},
                          {"seed", manifest.seed},
                          {"options", manifest.options}};
  if (manifest.log) content[kLog] = to_json(*manifest.log);
  content[kFiles] = std::move(files);
  std::string text = content.dump(2);
  text.resize(text.rfind('\n'));  // the closing bracket follows the checksum
  NewFile file(step_folder / kManifestFile);
  file.write(text + own_checksum(text));
  file.commit();
}

Manifest read_manifest(const fs::path& step_folder) {
  Manifest manifest = ManifestReader(step_folder).read();
  for (int rank = 0; rank < manifest.ranks; ++rank) {
    const fs::path folder = rank_folder(step_folder, rank);
    for (const auto& [name, sum] : manifest.files[static_cast<size_t>(rank)]) {
      check_size(folder / name, sum.bytes);
    }
  }
  return manifest;
}

}  // namespace pi_ring
