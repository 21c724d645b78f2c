// Turns sums into JSON and back, and hands them from a rank to the head.
#include "model/train/file_sums.h"

#include <algorithm>
#include <array>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"
#include "model/folder/fingerprint.h"
#include "model/folder/shard_folder.h"
#include "model/text/tokenizer_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kBytes = "bytes";
constexpr const char* kChecksum = "xxh3";
constexpr const char* kSumsFile = "checksums.json";  // until the head takes it
constexpr std::array kNeeded = {kConfigFile, kWeightsFile, kOptimizerFile};

bool is_known(const std::string& name) {
  const auto tokenizers = tokenizer_files();
  return std::ranges::find(tokenizers, name) != tokenizers.end() ||
         std::ranges::find(kNeeded, name) != kNeeded.end();
}

// Throws std::filesystem_error where it is not there.
void require_file(const fs::path& file) {
  static_cast<void>(fs::file_size(file));
}

std::optional<uint64_t> checksum_in(const json& object) {
  const auto found = object.find(kChecksum);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return fingerprint_from(found->get_ref<const std::string&>());
}

}  // namespace

ordered_json to_json(const FileSum& sum) {
  if (!sum.checksum) return sum.bytes;
  return {{kBytes, sum.bytes}, {kChecksum, fingerprint_text(*sum.checksum)}};
}

FileSum file_sum_from(const json& object, const fs::path& manifest) {
  if (object.is_number_unsigned()) {
    return {.bytes = object.get<uint64_t>(), .checksum = std::nullopt};
  }
  if (object.is_object() && object.size() == 2 && object.contains(kBytes) &&
      object[kBytes].is_number_unsigned()) {
    const auto checksum = checksum_in(object);
    if (checksum) return {object[kBytes].get<uint64_t>(), checksum};
  }
  throw BadInput(manifest, "has " + shown(object) +
                               " where a file's size and checksum belong");
}

ordered_json to_json(const FileSums& sums) {
  auto object = ordered_json::object();
  for (const auto& [name, sum] : sums) object[name] = to_json(sum);
  return object;
}

FileSums file_sums_from(const json& object, const fs::path& manifest) {
  if (!object.is_object()) {
    throw BadInput(
        manifest, "has " + shown(object) + " where the files of a rank belong");
  }
  FileSums sums;
  for (const auto& [name, sum] : object.items()) {
    if (!is_known(name)) {
      throw BadInput(manifest, "lists " + shown(name) + ", which no rank has");
    }
    sums[name] = file_sum_from(sum, manifest);
  }
  for (const char* name : kNeeded) {
    if (sums.contains(name)) continue;
    throw BadInput(manifest, std::string("does not list ") + name);
  }
  return sums;
}

void leave_file_sums(const FileSums& sums, const fs::path& rank_folder) {
  NewFile file(rank_folder / kSumsFile);
  file.write(to_json(sums).dump());
  file.commit();
}

FileSums take_file_sums(const fs::path& rank_folder) {
  for (const char* name : kNeeded) require_file(rank_folder / name);
  const fs::path file = rank_folder / kSumsFile;
  require_file(file);
  FileSums sums =
      file_sums_from(parse_json(MappedFile(file).text(), file), file);
  fs::remove(file);
  return sums;
}

}  // namespace pi_ring
