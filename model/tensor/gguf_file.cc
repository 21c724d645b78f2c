// Joins the files that a model is split into.
#include "model/tensor/gguf_file.h"

#include <utility>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/tensor/gguf_header.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostGgufParts = 1000;
constexpr const char* kPartsKey = "split.count";
constexpr const char* kPartKey = "split.no";

uint64_t part_number(const GgufFile::Values& values, const char* key) {
  const auto found = values.find(key);
  if (found == values.end() || !found->second.is_whole_number()) return 0;
  return static_cast<uint64_t>(found->second.whole_number());
}

// NAME-00002-of-00003.gguf, for part 1.
fs::path path_of_part(const fs::path& path, uint64_t part, uint64_t parts) {
  const auto digits = [](uint64_t number) {
    const std::string text = std::to_string(number);
    return std::string(text.size() < 5 ? 5 - text.size() : 0, '0') + text;
  };
  const std::string ending = "-of-" + digits(parts) + ".gguf";
  std::string name = path.filename().string();
  if (!name.ends_with(ending) || name.size() < ending.size() + 6) {
    throw BadInput(path, "is one of " + std::to_string(parts) +
                             " parts, expected a name that ends in -00001" +
                             ending);
  }
  name.resize(name.size() - ending.size() - 5);
  return path.parent_path() / (name + digits(part + 1) + ending);
}

}  // namespace

std::optional<fs::path> find_gguf(const fs::path& path) {
  if (path.extension() == ".gguf" && !fs::is_directory(path)) return path;
  if (fs::exists(path / kGgufWeightsFile)) return path / kGgufWeightsFile;
  return std::nullopt;
}

GgufFile::GgufFile(const fs::path& path) : TensorFile(path) {
  computes_in_map_ = true;
  read_file(path, map().bytes());
  open_other_parts(path);
  for (const auto& [key, value] : values_) {
    if (value.is_text()) metadata_.emplace(key, value.text());
  }
}

void GgufFile::read_file(const fs::path& path,
                         std::span<const std::byte> bytes) {
  GgufHeader header = read_gguf_header(path, bytes);
  for (TensorView& tensor : header.tensors) {
    const std::string name = tensor.name;
    if (tensors_.emplace(name, std::move(tensor)).second) continue;
    throw BadInput(path, "tensor " + shown(name) + " is there twice");
  }
  // Those of the first part count; the others say only which part they are.
  values_.merge(header.values);
}

void GgufFile::open_other_parts(const fs::path& path) {
  const uint64_t parts = part_number(values_, kPartsKey);
  if (parts <= 1) return;
  if (parts > kMostGgufParts || part_number(values_, kPartKey) != 0) {
    throw BadInput(path, "is not the first of its " + std::to_string(parts) +
                             " parts, which has the metadata");
  }
  for (uint64_t part = 1; part < parts; ++part) {
    const fs::path other = path_of_part(path, part, parts);
    read_file(other, add_map(other).bytes());
  }
}

const GgufValue* GgufFile::find_value(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

void GgufFile::set_paired_rows(std::string_view name, int64_t head) {
  const auto found = tensors_.find(name);
  if (found != tensors_.end()) found->second.paired_rows = head;
}

void GgufFile::drop(std::string_view name) {
  const auto found = tensors_.find(name);
  if (found != tensors_.end()) tensors_.erase(found);
}

}  // namespace pi_ring
