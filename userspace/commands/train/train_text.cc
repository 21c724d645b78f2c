// Trains a tokenizer, makes tokens, and cuts windows.
#include "userspace/commands/train/train_text.h"

#include <algorithm>
#include <iostream>

#include "model/base/bad_input.h"
#include "model/folder/shard_folder.h"
#include "model/text/tokenizer.h"
#include "model/text/tokenizer_folder.h"
#include "model/text/tokenizer_json.h"
#include "model/text/tokenizer_training.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// Keeps the tokens in a file of that name for the next run, where there is a
// folder for it.
TokenFile make_tokens(const std::vector<fs::path>& texts,
                      const Tokenizer& tokenizer, const fs::path& folder,
                      const char* name) {
  return folder.empty() ? TokenFile::unnamed(texts, tokenizer)
                        : TokenFile::cached(texts, tokenizer, folder / name);
}

}  // namespace

fs::path prepare_tokenizer(const TrainOptions& options, WorkFolder& work) {
  if (!options.tokenizer.empty()) return options.tokenizer;
  std::cerr << "pi-ring: training a tokenizer of " << options.vocab
            << " tokens\n";
  const TokenizerParts trained = train_tokenizer(options.data, options.vocab);
  write_tokenizer_json(trained, work.path() / kTokenizerFile);
  return work.path();
}

int vocab_of_tokenizer(const fs::path& folder) {
  return static_cast<int>(read_tokenizer_folder(folder).parts.pieces.size());
}

CoveringWindows::CoveringWindows(const TokenFile& file, int sequences,
                                 int length)
    : file_(file),
      length_(length),
      whole_(std::max<int64_t>(
          1, (static_cast<int64_t>(file.size()) - 1) / length)),
      count_((whole_ + sequences - 1) / sequences * sequences) {}

std::vector<int> CoveringWindows::read(int64_t first, int64_t windows) const {
  const auto row = static_cast<size_t>(length_) + 1;
  std::vector<int> tokens(static_cast<size_t>(windows) * row);
  for (int64_t i = 0; i < windows; ++i) {
    const auto start = static_cast<uint64_t>((first + i) % whole_ * length_);
    file_.copy(start,
               std::span(tokens).subspan(static_cast<size_t>(i) * row, row));
  }
  return tokens;
}

TrainTexts::TrainTexts(const TrainOptions& options, const Tokenizer& tokenizer)
    : data_(make_tokens(options.data, tokenizer, options.save, "tokens.bin")) {
  if (options.validation.empty()) return;
  // It cannot be moved. NOLINTNEXTLINE(modernize-make-unique)
  validation_.reset(new TokenFile(make_tokens(options.validation, tokenizer,
                                              options.save, "validation.bin")));
  windows_.emplace(*validation_, options.batch / options.micro_batches,
                   options.length);
}

}  // namespace pi_ring
