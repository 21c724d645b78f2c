// Makes a token file of texts, block by block.
#include <sys/stat.h>

#include <cstring>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/new_file.h"
#include "model/base/system_error.h"
#include "model/text/text_encoder.h"
#include "model/text/text_file.h"
#include "model/text/token_file.h"
#include "model/text/token_file_layout.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// Cheap, so that a second run starts at once: an edit changes the time, and
// what restores the time is likely to change a sample or the size.
void add_text(const fs::path& text, Hash& hash) {
  const MappedFile map(text);
  struct stat status {};
  if (::stat(text.c_str(), &status) != 0) throw_system_error(text);
  hash.add(static_cast<uint64_t>(status.st_mtim.tv_sec));
  hash.add(static_cast<uint64_t>(status.st_mtim.tv_nsec));
  hash.add(map.size());
  hash.add_samples(map.bytes());
}

uint64_t source_of(std::span<const fs::path> texts,
                   const Tokenizer& tokenizer) {
  Hash hash;
  hash.add(tokenizer.fingerprint());
  for (const fs::path& text : texts) add_text(text, hash);
  return hash.value();
}

class Writer {
 public:
  Writer(const fs::path& to, int vocab)
      : file_(to), width_(token_bytes(vocab)) {
    footer_.vocab = static_cast<uint64_t>(vocab);
    block_.reserve(kBlockTokens * width_);
  }

  void add(std::span<const int> tokens) {
    for (const int token : tokens) {
      const auto bytes = std::as_bytes(std::span(&token, 1)).first(width_);
      block_.insert(block_.end(), bytes.begin(), bytes.end());
      if (block_.size() == kBlockTokens * width_) write_block();
    }
    footer_.tokens += tokens.size();
  }

  void end_document() { ++footer_.documents; }

  void commit(uint64_t source) {
    if (!block_.empty()) write_block();
    file_.write(std::as_bytes(std::span(checksums_)));
    Hash content;
    content.add(std::as_bytes(std::span(checksums_)));
    footer_.content = content.value();
    footer_.source = source;
    Hash hash;
    hash.add(std::as_bytes(std::span(&footer_, 1))
                 .first(sizeof footer_ - sizeof footer_.checksum));
    footer_.checksum = hash.value();
    file_.write(std::as_bytes(std::span(&footer_, 1)));
    file_.commit();
  }

 private:
  void write_block() {
    Hash hash;
    hash.add(std::span<const std::byte>(block_));
    checksums_.push_back(hash.value());
    file_.write(std::span<const std::byte>(block_));
    block_.clear();
  }

  NewFile file_;
  size_t width_;
  std::vector<std::byte> block_;
  std::vector<uint64_t> checksums_;
  TokenFileFooter footer_;
};

uint64_t bytes_of(std::span<const fs::path> texts) {
  uint64_t sum = 0;
  for (const fs::path& text : texts) sum += MappedFile(text).size();
  return sum;
}

}  // namespace

void TokenFile::write(std::span<const fs::path> texts,
                      const Tokenizer& tokenizer, const fs::path& to,
                      const TextProgress& progress) {
  // Taken first: a text that changes meanwhile makes the file outdated.
  const uint64_t source = source_of(texts, tokenizer);
  const uint64_t all = bytes_of(texts);
  uint64_t before = 0;
  Writer writer(to, tokenizer.vocab());
  TextEncoder encoder(tokenizer);
  for (const fs::path& path : texts) {
    const TextFile text(path);
    const char* start = text.text().data();
    for (const std::string_view document : text.documents()) {
      const char* given_back = document.data();
      encoder.encode(document, [&](auto tokens, std::string_view rest) {
        writer.add(tokens);
        text.give_back({given_back, rest.data()});
        given_back = rest.data();
        if (progress) {
          progress(before + static_cast<uint64_t>(rest.data() - start), all);
        }
      });
      writer.end_document();
    }
    before += text.text().size();
  }
  writer.commit(source);
}

TokenFile TokenFile::cached(std::span<const fs::path> texts,
                            const Tokenizer& tokenizer, const fs::path& file,
                            const TextProgress& progress) {
  const bool current = fs::exists(file) &&
                       TokenFile(file).source_ == source_of(texts, tokenizer);
  if (!current) write(texts, tokenizer, file, progress);
  return TokenFile(file);
}

}  // namespace pi_ring
