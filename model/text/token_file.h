// A mapped file of tokens, made once from texts: the stream that a model is
// trained on. Each document is the begin token and its own tokens, and the next
// one follows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "model/base/mapped_file.h"
#include "model/base/open_file.h"
#include "model/text/tokenizer.h"

namespace pi_ring {

// Is called now and then with the number of bytes done, and that of all bytes.
using TextProgress = std::function<void(uint64_t done, uint64_t all)>;

class TokenFile {
 public:
  // Writes the tokens of the texts, one text after the other, into a file that
  // appears when it is whole. TextFile says what a document is. Throws BadInput
  // if a file is not text, and std::system_error if the tokens cannot be
  // written.
  static void write(std::span<const std::filesystem::path> texts,
                    const Tokenizer& tokenizer, const std::filesystem::path& to,
                    const TextProgress& progress = {});

  // Opens `file` if it was made from these texts as they are now, by this
  // tokenizer. Otherwise writes it first.
  static TokenFile cached(std::span<const std::filesystem::path> texts,
                          const Tokenizer& tokenizer,
                          const std::filesystem::path& file,
                          const TextProgress& progress = {});

  // Writes the tokens into a file without a name, in the folder for temporary
  // files, which is gone with this process however it ends.
  static TokenFile unnamed(std::span<const std::filesystem::path> texts,
                           const Tokenizer& tokenizer,
                           const TextProgress& progress = {});

  // Throws BadInput if the file is not a token file, or damaged.
  explicit TokenFile(const std::filesystem::path& file);

  uint64_t size() const { return tokens_; }  // tokens, at least one
  uint64_t documents() const { return documents_; }
  int vocab() const { return vocab_; }  // every token is less than this
  // The same for the same tokens: a training run that is resumed compares it.
  uint64_t fingerprint() const { return content_; }

  // Copies tokens first, first + 1, ... of the stream. After the last token the
  // first one follows. Throws BadInput if the bytes of these tokens are
  // damaged.
  void copy(uint64_t first, std::span<int> out) const;

 private:
  TokenFile(const std::filesystem::path& name, const OpenFile& file);

  void read_footer();
  uint64_t block_bytes(uint64_t block) const;
  std::span<const std::byte> checked_block(uint64_t block) const;

  MappedFile map_;
  uint64_t tokens_ = 0;
  uint64_t documents_ = 0;
  uint64_t source_ = 0;  // a fingerprint of texts and tokenizer
  uint64_t content_ = 0;
  int vocab_ = 0;
};

}  // namespace pi_ring
