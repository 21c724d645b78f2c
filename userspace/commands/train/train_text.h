// A training run's texts as tokens, and the tokenizer that made them so.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "model/architecture/config.h"
#include "model/text/token_file.h"
#include "userspace/commands/train/train_options.h"

namespace pi_ring {

// The tokenizer's folder: the one given, or `work`, in which one is trained on
// the texts.
std::filesystem::path prepare_tokenizer(const TrainOptions& options,
                                        const std::filesystem::path& work);

// The tokens in a folder's tokenizer.json.
int vocab_of_tokenizer(const std::filesystem::path& folder);

// The texts as tokens, kept in the file `cache`; says on standard error what
// takes long.
TokenFile tokenise(const std::vector<std::filesystem::path>& texts,
                   const std::filesystem::path& tokenizer, int vocab,
                   const std::filesystem::path& cache);

// Windows that cover a text once, in order, each as long as a sequence: what
// fits whole, but at least one; then as many more, from the beginning again,
// as a whole number of `sequences` needs.
class CoveringWindows {
 public:
  CoveringWindows(const TokenFile& file, int sequences, int length);

  int64_t count() const { return count_; }  // a multiple of sequences
  // Their inputs and targets, [windows, length + 1].
  std::vector<int> read(int64_t first, int64_t windows) const;

 private:
  const TokenFile& file_;
  int64_t length_;
  int64_t whole_;
  int64_t count_;
};

}  // namespace pi_ring
