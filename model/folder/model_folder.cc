// Finds out what a path holds, and opens it.
#include "model/folder/model_folder.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "model/architecture/tensor_check.h"
#include "model/base/bad_input.h"
#include "model/folder/fingerprint.h"
#include "model/tensor/safetensors.h"
#include "model/text/tokenizer_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRankPrefix = "rank-";

std::string of_ranks(const Shard& shard) {
  return "rank " + std::to_string(shard.rank) + " of " +
         std::to_string(shard.ranks);
}

std::string layers_of(const Shard& shard) {
  return "layers [" + std::to_string(shard.begin) + "," +
         std::to_string(shard.end) + ")";
}

// The K of rank-K; nothing for another name.
std::optional<int> rank_in_name(const fs::path& folder) {
  const std::string name = folder.filename().string();
  if (!name.starts_with(kRankPrefix)) return std::nullopt;
  int rank = 0;
  const char* end = name.data() + name.size();
  const auto read =
      std::from_chars(name.data() + kRankPrefix.size(), end, rank);
  if (read.ec != std::errc() || read.ptr != end || rank < 0 ||
      folder.filename() != rank_folder({}, rank)) {
    return std::nullopt;
  }
  return rank;
}

// Those whose weights are here.
std::vector<int> ranks_in(const fs::path& path) {
  std::vector<int> ranks;
  if (!fs::is_directory(path)) return ranks;
  for (const auto& entry : fs::directory_iterator(path)) {
    const auto rank = rank_in_name(entry.path());
    if (rank && has_weights(entry.path())) ranks.push_back(*rank);
  }
  std::ranges::sort(ranks);
  return ranks;
}

// Holds a shard to the folder that it is in, and to those beside it.
void check_place(const ModelPart& part, int rank, int ranks) {
  const fs::path& file = part.tensors->path();
  if (!part.mark) {
    throw BadInput(file, "has no mark of a shard, expected " +
                             of_ranks({.rank = rank, .ranks = ranks}));
  }
  const Shard& held = part.mark->shard;
  if (held.ranks != ranks) {
    throw BadInput(file, "cut for " + std::to_string(held.ranks) +
                             " ranks, those beside it for " +
                             std::to_string(ranks));
  }
  if (held.rank != rank) {
    throw BadInput(file, "holds " + of_ranks(held) + ", expected " +
                             of_ranks({.rank = rank, .ranks = ranks}));
  }
}

int ranks_of(const std::vector<ModelPart>& parts) {
  const auto marked = std::ranges::find_if(
      parts, [](const auto& part) { return part.mark.has_value(); });
  if (marked != parts.end()) return marked->mark->shard.ranks;
  throw BadInput(parts.front().tensors->path(), "has no mark of a shard");
}

}  // namespace

ModelFolder::ModelFolder(fs::path path) : path_(std::move(path)) {
  const std::vector<int> ranks =
      has_weights(path_) ? std::vector<int>() : ranks_in(path_);
  if (ranks.empty()) {
    open_one();
  } else {
    open_shards(ranks);
  }
}

void ModelFolder::open_one() {
  const ModelPart& part = parts_.emplace_back(open_part(path_));
  if (!part.mark) {
    fingerprint_ = fingerprint_of(part.config, *part.tensors);
    return;
  }
  kind_ = Kind::kShard;
  ranks_ = part.mark->shard.ranks;
  fingerprint_ = part.mark->fingerprint;
}

void ModelFolder::open_shards(const std::vector<int>& ranks) {
  const bool is_checkpoint = fs::exists(path_ / kManifestFile);
  kind_ = is_checkpoint ? Kind::kCheckpoint : Kind::kShards;
  for (const int rank : ranks) {
    parts_.push_back(open_part(rank_folder(path_, rank)));
  }
  ranks_ = ranks_of(parts_);
  for (size_t i = 0; i < parts_.size(); ++i) {
    check_place(parts_[i], ranks[i], ranks_);
    const fs::path moments = parts_[i].folder / kOptimizerFile;
    if (!is_checkpoint || !fs::exists(moments)) continue;
    parts_[i].moments = std::make_shared<const SafetensorsFile>(moments);
  }
  fingerprint_ = parts_.front().mark->fingerprint;
}

Cut ModelFolder::cut_for(int ranks) const {
  if (is_cut() && ranks != ranks_) {
    throw BadInput(parts_.front().tensors->path(),
                   "cut for " + std::to_string(ranks_) + " ranks, asked for " +
                       std::to_string(ranks));
  }
  Cut cut = even_cut(config().layers, ranks);
  if (ranks != ranks_) return cut;
  for (const ModelPart& part : parts_) {
    cut.at(static_cast<size_t>(part.mark->shard.rank)) = part.mark->shard;
  }
  if (parts_.size() == cut.size()) check_joined(cut);
  return cut;
}

void ModelFolder::check_joined(const Cut& cut) const {
  int next = 0;
  for (const ModelPart& part : parts_) {
    const Shard& held = part.mark->shard;
    if (held.begin != next) {
      throw BadInput(part.tensors->path(), "holds " + layers_of(held) +
                                               ", expected layers from " +
                                               std::to_string(next) + " on");
    }
    next = held.end;
  }
  if (covers(cut, config().layers)) return;
  throw BadInput(path_, "its shards do not hold each of " +
                            std::to_string(config().layers) + " layers once");
}

std::optional<Shard> ModelFolder::single_shard() const {
  if (kind_ != Kind::kShard) return std::nullopt;
  return parts_.front().mark->shard;
}

fs::path ModelFolder::tokenizer_folder() const {
  const ModelPart* head = find_part(ranks_ - 1);
  return head != nullptr ? head->folder : path_;
}

bool ModelFolder::has_tokenizer() const {
  return pi_ring::has_tokenizer(tokenizer_folder());
}

const ModelPart* ModelFolder::find_part(int rank) const {
  const auto found = std::ranges::find_if(parts_, [rank](const auto& part) {
    return part.mark && part.mark->shard.rank == rank;
  });
  return found == parts_.end() ? nullptr : &*found;
}

const ModelPart& ModelFolder::existing_part(int rank) const {
  if (const ModelPart* part = find_part(rank)) return *part;
  throw BadInput(rank_folder(path_, rank),
                 "holds no " + std::string(kWeightsFile));
}

const ModelPart& ModelFolder::part_of(const Shard& shard) const {
  const ModelPart& part =
      kind_ == Kind::kShard ? parts_.front() : existing_part(shard.rank);
  const fs::path& file = part.tensors->path();
  const Shard& held = part.mark->shard;
  if (held.rank != shard.rank || held.ranks != shard.ranks) {
    throw BadInput(file,
                   "holds " + of_ranks(held) + ", expected " + of_ranks(shard));
  }
  if (held != shard) {
    throw BadInput(
        file, "holds " + layers_of(held) + ", expected " + layers_of(shard));
  }
  return part;
}

void ModelFolder::check_one_model() const {
  if (kind_ == Kind::kWhole) return;
  if (kind_ == Kind::kShard && ranks_ > 1) {
    throw BadInput(parts_.front().tensors->path(),
                   "holds " + of_ranks(parts_.front().mark->shard) +
                       " only, expected a whole model");
  }
  for (int rank = 0; rank < ranks_; ++rank) {
    const ModelPart& part = existing_part(rank);
    const ShardMark& first = *parts_.front().mark;
    if (part.mark->fingerprint == first.fingerprint &&
        part.mark->config == first.config) {
      continue;
    }
    throw BadInput(part.tensors->path(),
                   "is a shard of another model than those beside it");
  }
}

TensorFiles ModelFolder::files() const {
  check_one_model();
  TensorFiles files;
  for (const ModelPart& part : parts_) files.add(part.tensors);
  return files;
}

TensorFiles ModelFolder::tensors() const {
  for (const ModelPart& part : parts_) {
    const Shard held =
        part.mark ? part.mark->shard : even_cut(part.config.layers, 1).front();
    check_tensors(part.config, held, *part.tensors);
  }
  return files();
}

TensorFiles ModelFolder::moments() const {
  TensorFiles files;
  for (int rank = 0; rank < ranks_; ++rank) {
    const ModelPart& part = existing_part(rank);
    if (!part.moments) {
      throw BadInput(part.folder / kOptimizerFile, "is not there");
    }
    files.add(part.moments);
  }
  return files;
}

}  // namespace pi_ring
