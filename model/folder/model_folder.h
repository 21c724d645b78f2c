// A model on the disk, opened once, by the command, and passed down to all that
// read it. Nothing else looks for a model's files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/folder/model_part.h"
#include "model/tensor/tensor_files.h"

namespace pi_ring {

// Maps the files and reads their headers only. Of the tensors it reads a few
// samples, for a whole model's fingerprint. Copies share the maps, which
// processes that are forked inherit.
class ModelFolder {
 public:
  enum class Kind {
    kWhole,       // one file with all tensors
    kShard,       // one rank's file, as its Pi holds it
    kShards,      // rank-0, rank-1, ...: of all ranks, or those that are here
    kCheckpoint,  // shards, with a manifest and the optimiser's moments
  };

  // Throws BadInput where a file is missing, damaged, or of another rank than
  // its folder.
  explicit ModelFolder(std::filesystem::path path);

  Kind kind() const { return kind_; }
  const std::filesystem::path& path() const { return path_; }
  const ModelConfig& config() const { return parts_.back().config; }
  uint64_t fingerprint() const { return fingerprint_; }

  // By rank, those that are here; the one part of a model that is whole.
  const std::vector<ModelPart>& parts() const { return parts_; }

  // The head's GGUF file, where the model is in GGUF; null otherwise.
  const GgufFile* gguf() const { return parts_.back().gguf.get(); }

  // The ranks that it is cut for; 0 for a whole model.
  int ranks() const { return ranks_; }
  // Whether no other number of ranks can run it. A checkpoint's tensors are
  // found by name in whichever rank's file has them.
  bool is_cut() const {
    return kind_ == Kind::kShard || kind_ == Kind::kShards;
  }

  // Its own cut, or an even one for another number of ranks; where some shards
  // are not here, theirs are taken to be even. Throws BadInput where it is cut
  // for another number, or its shards do not make a model.
  Cut cut_for(int ranks) const;

  // What it holds, where it is one rank's file.
  std::optional<Shard> single_shard() const;

  // The folder of the tokenizer: the head's. Its files may be missing.
  std::filesystem::path tokenizer_folder() const;
  bool has_tokenizer() const;

  // Returns the rank's own part of a model that is cut. Throws BadInput where
  // it is not here, or holds other layers.
  const ModelPart& part_of(const Shard& shard) const;

  // The files of all ranks. Throws BadInput where one is missing, or of another
  // model than the others.
  TensorFiles files() const;

  // The same, for callers that need the whole model. Throws BadInput also where
  // there is a tensor that is not part of it.
  TensorFiles tensors() const;

  // Returns AdamW's moments of a checkpoint. Throws BadInput where those of a
  // rank are missing or damaged.
  TensorFiles moments() const;

 private:
  void open_one();
  void open_shards(const std::vector<int>& ranks);
  const ModelPart* find_part(int rank) const;
  const ModelPart& existing_part(int rank) const;
  void check_joined(const Cut& cut) const;
  void check_one_model() const;

  std::filesystem::path path_;
  Kind kind_ = Kind::kWhole;
  int ranks_ = 0;
  uint64_t fingerprint_ = 0;
  std::vector<ModelPart> parts_;  // by rank: the last is the head's, if here
};

}  // namespace pi_ring
