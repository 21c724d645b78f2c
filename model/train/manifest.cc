// Writes down the files of a checkpoint, and compares them with that later.
#include "model/train/manifest.h"

#include <array>
#include <string>
#include <system_error>

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

constexpr int kFormat = 1;
constexpr std::array kNeeded = {"config.json", kWeightsFile, kOptimizerFile};

ordered_json sizes_in(const fs::path& folder) {
  ordered_json sizes = ordered_json::object();
  for (const char* name : kNeeded) sizes[name] = fs::file_size(folder / name);
  const fs::path tokenizer = folder / kTokenizerFile;
  if (fs::exists(tokenizer)) sizes[kTokenizerFile] = fs::file_size(tokenizer);
  return sizes;
}

class Reader {
 public:
  explicit Reader(const fs::path& folder)
      : folder_(folder), file_(folder / kManifestFile) {
    if (!fs::exists(file_)) {
      throw BadInput(file_, "is not there: the save was not finished");
    }
    root_ = parse_json(MappedFile(file_).text(), file_);
  }

  Manifest read() const {
    if (number(root_, "format") != kFormat) refuse("format", "1");
    Manifest manifest;
    manifest.mark.step = static_cast<int64_t>(number(root_, "step"));
    manifest.mark.run = run();
    manifest.seed = number(root_, "seed");
    if (!root_.contains("options")) refuse("options", "the run's options");
    manifest.options = root_["options"];
    if (!root_.contains("files") || !root_["files"].is_array() ||
        root_["files"].empty()) {
      refuse("files", "a list, an entry a rank");
    }
    manifest.ranks = static_cast<int>(root_["files"].size());
    for (int rank = 0; rank < manifest.ranks; ++rank) check_rank(rank);
    return manifest;
  }

 private:
  [[noreturn]] void refuse(const std::string& key,
                           const std::string& expected) const {
    throw BadInput(file_, key + " is not " + expected);
  }

  uint64_t number(const json& object, const std::string& key) const {
    if (!object.is_object() || !object.contains(key) ||
        !object[key].is_number_unsigned()) {
      refuse(key, "a number");
    }
    return object[key].get<uint64_t>();
  }

  uint64_t run() const {
    const json text = root_.value("run", json());
    const auto value = text.is_string()
                           ? fingerprint_from(text.get<std::string>())
                           : std::nullopt;
    if (!value) refuse("run", "16 hexadecimal digits");
    return *value;
  }

  void check_rank(int rank) const {
    const json& sizes = root_["files"][static_cast<size_t>(rank)];
    const fs::path folder = rank_folder(folder_, rank);
    for (const char* name : kNeeded) number(sizes, name);
    for (const auto& [name, size] : sizes.items()) {
      check_file(folder / fs::path(name).filename(), number(sizes, name));
    }
  }

  static void check_file(const fs::path& file, uint64_t expected) {
    std::error_code error;
    const uint64_t found = fs::file_size(file, error);
    if (error) throw BadInput(file, text_of_errno(error.value()));
    if (found == expected) return;
    throw BadInput(file, grouped(static_cast<int64_t>(found)) +
                             " bytes, the manifest says " +
                             grouped(static_cast<int64_t>(expected)));
  }

  fs::path folder_;
  fs::path file_;
  json root_;
};

}  // namespace

void write_manifest(const fs::path& step_folder, const Manifest& manifest) {
  auto files = ordered_json::array();
  for (int rank = 0; rank < manifest.ranks; ++rank) {
    files.push_back(sizes_in(rank_folder(step_folder, rank)));
  }
  const ordered_json content = {{"format", kFormat},
                                {"step", manifest.mark.step},
                                {"run", fingerprint_text(manifest.mark.run)},
                                {"seed", manifest.seed},
                                {"options", manifest.options},
                                {"files", std::move(files)}};
  NewFile file(step_folder / kManifestFile);
  file.write(content.dump(2) + "\n");
  file.commit();
}

Manifest read_manifest(const fs::path& step_folder) {
  return Reader(step_folder).read();
}

}  // namespace pi_ring
