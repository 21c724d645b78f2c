// Reads the list, and joins the files.
#include "model/folder/weights_index.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/folder/shard_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kIndexFile = "model.safetensors.index.json";
constexpr const char* kMap = "weight_map";

// The tensors of each file.
using FilesOfIndex = std::map<std::string, std::set<std::string>>;

// A list must not lead out of its folder.
bool is_file_name(const json& name) {
  if (!name.is_string()) return false;
  const fs::path path(name.get_ref<const std::string&>());
  return path.extension() == ".safetensors" && path.filename() == path;
}

FilesOfIndex read_index(const fs::path& file) {
  const MappedFile map(file);
  const json object = parse_json(map.text(), file);
  const auto found = object.is_object() ? object.find(kMap) : object.end();
  if (found == object.end() || !found->is_object() || found->empty()) {
    throw BadInput(file, std::string("has no ") + kMap +
                             ", expected each tensor's name with its file's");
  }
  FilesOfIndex files;
  for (const auto& [tensor, name] : found->items()) {
    if (!is_file_name(name)) {
      throw BadInput(file, "tensor " + shown(tensor) + " is in " + shown(name) +
                               ", expected a file such as " +
                               "model-00001-of-00002.safetensors");
    }
    files[name.get<std::string>()].insert(tensor);
  }
  return files;
}

std::shared_ptr<SafetensorsFile> open_checked(
    const fs::path& path, const std::set<std::string>& tensors) {
  auto file = std::make_shared<SafetensorsFile>(path);
  for (const std::string& tensor : tensors) {
    if (file->find(tensor) != nullptr) continue;
    throw BadInput(path, "tensor " + shown(tensor) + " is missing, though " +
                             kIndexFile + " says that it is here");
  }
  return file;
}

}  // namespace

bool has_safetensors(const fs::path& folder) {
  return fs::exists(folder / kWeightsFile) || fs::exists(folder / kIndexFile);
}

std::shared_ptr<SafetensorsFile> open_safetensors_of(const fs::path& folder) {
  const fs::path one = folder / kWeightsFile;
  // Whether the one file exists is left to the call that opens it.
  if (fs::exists(one) || !fs::exists(folder / kIndexFile)) {
    return std::make_shared<SafetensorsFile>(one);
  }
  std::shared_ptr<SafetensorsFile> first;
  for (const auto& [name, tensors] : read_index(folder / kIndexFile)) {
    auto file = open_checked(folder / name, tensors);
    if (first == nullptr) {
      first = std::move(file);
    } else {
      first->join(std::move(*file));
    }
  }
  return first;
}

}  // namespace pi_ring
