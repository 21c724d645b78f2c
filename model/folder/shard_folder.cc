// Names a rank's folder, and reads and writes the mark that a shard bears.
#include "model/folder/shard_folder.h"

#include <charconv>
#include <string_view>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"
#include "model/folder/fingerprint.h"
#include "model/text/tokenizer_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModelKey = "pi_ring.model";
constexpr const char* kFingerprintKey = "pi_ring.fingerprint";
constexpr const char* kRankKey = "pi_ring.rank";
constexpr const char* kRanksKey = "pi_ring.ranks";
constexpr const char* kConfigKey = "pi_ring.config";
constexpr const char* kLayersKey = "pi_ring.layers";  // "3:6" for [3, 6)

std::optional<int> number_from(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value < 0) {
    return std::nullopt;
  }
  return value;
}

// A mark that is there in part or nonsense is damage, never a whole model.
class MarkReader {
 public:
  explicit MarkReader(const TensorFile& file) : file_(file) {}

  const std::string& text(const char* key) const {
    const auto found = file_.metadata().find(key);
    if (found != file_.metadata().end()) return found->second;
    throw BadInput(file_.path(), "its metadata lack " + std::string(key));
  }
  int number(const char* key) const {
    const auto value = number_from(text(key));
    if (!value) refuse(key, "a number");
    return *value;
  }
  uint64_t fingerprint(const char* key) const {
    const auto value = fingerprint_from(text(key));
    if (!value) refuse(key, "16 hexadecimal digits");
    return *value;
  }
  void read_layers(Shard& shard) const {
    const std::string_view layers = text(kLayersKey);
    const size_t colon = layers.find(':');
    if (colon == std::string_view::npos) refuse(kLayersKey, "BEGIN:END");
    const auto begin = number_from(layers.substr(0, colon));
    const auto end = number_from(layers.substr(colon + 1));
    if (!begin || !end || *begin > *end) refuse(kLayersKey, "BEGIN:END");
    shard.begin = *begin;
    shard.end = *end;
  }
  [[noreturn]] void refuse(const char* key, const char* expected) const {
    throw BadInput(file_.path(), std::string(key) + " is " + shown(text(key)) +
                                     ", expected " + expected);
  }

 private:
  const TensorFile& file_;
};

}  // namespace

fs::path rank_folder(const fs::path& shards, int rank) {
  return shards / ("rank-" + std::to_string(rank));
}

std::vector<std::string> copy_tokenizer(const fs::path& from,
                                        const fs::path& to) {
  std::vector<std::string> copied;
  for (const char* name : tokenizer_files()) {
    if (!fs::exists(from / name)) continue;
    const MappedFile tokenizer(from / name);
    NewFile file(to / name);
    file.write(tokenizer.bytes());
    file.commit();
    copied.emplace_back(name);
  }
  return copied;
}

std::map<std::string, std::string> metadata_of(const ShardMark& mark) {
  return {{kModelKey, mark.model},
          {kFingerprintKey, fingerprint_text(mark.fingerprint)},
          {kConfigKey, fingerprint_text(mark.config)},
          {kRankKey, std::to_string(mark.shard.rank)},
          {kRanksKey, std::to_string(mark.shard.ranks)},
          {kLayersKey, std::to_string(mark.shard.begin) + ":" +
                           std::to_string(mark.shard.end)}};
}

std::optional<ShardMark> mark_of(const TensorFile& file) {
  const MarkReader reader(file);
  bool marked = false;
  for (const char* key : {kFingerprintKey, kRankKey, kRanksKey, kLayersKey}) {
    marked = marked || file.metadata().contains(key);
  }
  if (!marked) return std::nullopt;
  ShardMark mark;
  mark.model = reader.text(kModelKey);
  mark.fingerprint = reader.fingerprint(kFingerprintKey);
  mark.config = reader.fingerprint(kConfigKey);
  mark.shard.ranks = reader.number(kRanksKey);
  mark.shard.rank = reader.number(kRankKey);
  if (mark.shard.rank >= mark.shard.ranks) {
    reader.refuse(kRankKey, "less than pi_ring.ranks");
  }
  reader.read_layers(mark.shard);
  return mark;
}

}  // namespace pi_ring
