// Text as tokens, made once and mapped: the stream that a model learns from.
// Each document is the begin token and its tokens; the next one follows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "model/base/mapped_file.h"
#include "model/text/tokenizer.h"

namespace pi_ring {

// Called now and then with the bytes of text done and those in all.
using TextProgress = std::function<void(uint64_t done, uint64_t all)>;

class TokenFile {
 public:
  // Tokenises the texts, one after the other (text_file.h says what a document
  // is), into a file that appears when it is whole. Throws BadInput for what is
  // no text, std::system_error where the file cannot be written.
  static void write(std::span<const std::filesystem::path> texts,
                    const Tokenizer& tokenizer, const std::filesystem::path& to,
                    const TextProgress& progress = {});

  // Opens `file` if it was made of these texts, as they are now, and by this
  // tokenizer; else makes it anew.
  static TokenFile cached(std::span<const std::filesystem::path> texts,
                          const Tokenizer& tokenizer,
                          const std::filesystem::path& file,
                          const TextProgress& progress = {});

  // Throws BadInput where it is none, or damaged.
  explicit TokenFile(const std::filesystem::path& file);

  uint64_t size() const { return tokens_; }  // tokens, at least one
  uint64_t documents() const { return documents_; }
  int vocab() const { return vocab_; }  // every token is less
  // Of its tokens: what a training run must find again to be resumed.
  uint64_t fingerprint() const { return content_; }

  // Tokens first, first + 1, ... of the stream, which is a circle: after the
  // last comes the first. Throws BadInput where their bytes are damaged.
  void copy(uint64_t first, std::span<int> out) const;

 private:
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
