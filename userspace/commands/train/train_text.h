// Turns the texts of a training run into tokens.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "model/architecture/config.h"
#include "model/text/token_file.h"
#include "userspace/commands/train/train_options.h"

namespace pi_ring {

// Returns the folder of the tokenizer: the one given, or `work`, after training
// one on the texts there.
std::filesystem::path prepare_tokenizer(const TrainOptions& options,
                                        const std::filesystem::path& work);

// Returns the number of tokens in a folder's tokenizer.json.
int vocab_of_tokenizer(const std::filesystem::path& folder);

// Returns the texts as tokens, which it keeps in the file `cache`. Prints on
// standard error what takes long.
TokenFile tokenise(const std::vector<std::filesystem::path>& texts,
                   const std::filesystem::path& tokenizer, int vocab,
                   const std::filesystem::path& cache);

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
  // Makes the tokens in the folder `work`, by the tokenizer in its folder.
  TrainTexts(const TrainOptions& options,
             const std::filesystem::path& tokenizer, int vocab,
             const std::filesystem::path& work);

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
