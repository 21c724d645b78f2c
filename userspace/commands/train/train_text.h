// Turns the texts of a training run into tokens.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "model/architecture/config.h"
#include "model/text/token_file.h"
#include "model/text/tokenizer.h"
#include "userspace/commands/train/train_options.h"
#include "userspace/commands/train/work_folder.h"

namespace pi_ring {

// Returns the folder of the tokenizer: the one given, or `work`, after training
// one on the texts there.
std::filesystem::path prepare_tokenizer(const TrainOptions& options,
                                        WorkFolder& work);

// Returns the number of tokens in a folder's tokenizer.json.
int vocab_of_tokenizer(const std::filesystem::path& folder);

// Windows that cover a text once, in order, each as long as a sequence: those
// that fit completely, and at least one. More from the beginning of the text
// follow, until their number is a multiple of `sequences`.
class CoveringWindows {
 public:
  CoveringWindows(const TokenFile& file, int sequences, int length);

  int64_t count() const { return count_; }  // a multiple of sequences
  // Returns their inputs and targets, [windows, length + 1].
  std::vector<int> read(int64_t first, int64_t windows) const;

 private:
  const TokenFile& file_;
  int64_t length_;
  int64_t whole_;
  int64_t count_;
};

// The tokens of a run's texts.
class TrainTexts {
 public:
  // Makes the tokens in the folder that the run saves to, or in files without a
  // name.
  TrainTexts(const TrainOptions& options, const Tokenizer& tokenizer);

  const TokenFile& data() const { return data_; }
  // Null where the call names no texts for validation.
  const CoveringWindows* validation() const {
    return windows_ ? &*windows_ : nullptr;
  }

 private:
  TokenFile data_;
  std::unique_ptr<TokenFile> validation_;
  std::optional<CoveringWindows> windows_;
};

}  // namespace pi_ring
