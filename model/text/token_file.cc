// A token file's bytes are the tokens in blocks, a checksum for each block, and
// a footer.
#include "model/text/token_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/new_file.h"
#include "model/base/system_error.h"
#include "model/base/wording.h"
#include "model/text/text_encoder.h"
#include "model/text/text_file.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little,
              "tokens are used as the file stores them");

constexpr uint64_t kTokenFileMagic = 0x314E454B4F544950U;  // "PITOKEN1"
constexpr uint64_t kBlockTokens = 4096;

// The last bytes of the file, so that it can be written from front to back.
struct TokenFileFooter {
  uint64_t magic = kTokenFileMagic;
  uint64_t source = 0;   // a fingerprint of texts and tokenizer
  uint64_t content = 0;  // a hash of all checksums of blocks
  uint64_t tokens = 0;
  uint64_t documents = 0;
  uint64_t vocab = 0;
  uint64_t checksum = 0;  // of all that is above
};

// The size of one token: two bytes if the vocabulary is small enough.
uint64_t token_bytes(uint64_t vocab) { return vocab <= 65536 ? 2 : 4; }

uint64_t blocks_of(uint64_t tokens) {
  return (tokens + kBlockTokens - 1) / kBlockTokens;
}

constexpr uint64_t kMostTokens = uint64_t{1} << 48;
constexpr uint64_t kLargestVocab = uint64_t{1} << 24;

[[noreturn]] void refuse(const MappedFile& file, const std::string& reason) {
  throw BadInput(file.path(),
                 reason + "; remove it, and the next run makes it again");
}

uint64_t checksum_of(std::span<const std::byte> bytes) {
  Hash hash;
  hash.add(bytes);
  return hash.value();
}

uint64_t checksum_of(const TokenFileFooter& footer) {
  return checksum_of(std::as_bytes(std::span(&footer, 1))
                         .first(sizeof footer - sizeof footer.checksum));
}

// Takes little time, so that a second run starts at once. An edit changes the
// time of the file; if a program restores the time, its edit is likely to
// change a sample or the size.
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

  // Writes the rest.
  void finish(uint64_t source) {
    if (!block_.empty()) write_block();
    file_.write(std::as_bytes(std::span(checksums_)));
    footer_.content = checksum_of(std::as_bytes(std::span(checksums_)));
    footer_.source = source;
    footer_.checksum = checksum_of(footer_);
    file_.write(std::as_bytes(std::span(&footer_, 1)));
  }

  NewFile& file() { return file_; }

 private:
  void write_block() {
    checksums_.push_back(checksum_of(block_));
    file_.write(block_);
    block_.clear();
  }

  NewFile file_;
  size_t width_;
  std::vector<std::byte> block_;
  std::vector<uint64_t> checksums_;
  TokenFileFooter footer_;
};

// Adds the documents of a text, and gives its pages back on the way. `report`
// gets the number of bytes done.
void add_documents(const TextFile& text, TextEncoder& encoder, Writer& writer,
                   const std::function<void(uint64_t done)>& report) {
  const char* start = text.text().data();
  for (const std::string_view document : text.documents()) {
    const char* given_back = document.data();
    const auto take = [&](std::span<const int> tokens, std::string_view rest) {
      writer.add(tokens);
      text.give_back({given_back, rest.data()});
      given_back = rest.data();
      report(static_cast<uint64_t>(rest.data() - start));
    };
    try {
      encoder.encode(document, take);
    } catch (const BadInput& error) {
      throw BadInput(text.path(), error.what());
    }
    writer.end_document();
  }
}

uint64_t bytes_of(std::span<const fs::path> texts) {
  uint64_t sum = 0;
  for (const fs::path& text : texts) sum += MappedFile(text).size();
  return sum;
}

void add_texts(std::span<const fs::path> texts, const Tokenizer& tokenizer,
               Writer& writer, const TextProgress& progress) {
  // Taken first, so that the file is out of date if a text changes meanwhile.
  const uint64_t source = source_of(texts, tokenizer);
  const uint64_t all = bytes_of(texts);
  uint64_t before = 0;
  TextEncoder encoder(tokenizer);
  for (const fs::path& path : texts) {
    const TextFile text(path);
    add_documents(text, encoder, writer, [&](uint64_t done) {
      if (progress) progress(before + done, all);
    });
    before += text.text().size();
  }
  writer.finish(source);
}

}  // namespace

void TokenFile::write(std::span<const fs::path> texts,
                      const Tokenizer& tokenizer, const fs::path& to,
                      const TextProgress& progress) {
  Writer writer(to, tokenizer.vocab());
  add_texts(texts, tokenizer, writer, progress);
  writer.file().commit();
}

TokenFile TokenFile::unnamed(std::span<const fs::path> texts,
                             const Tokenizer& tokenizer,
                             const TextProgress& progress) {
  const fs::path name = folder_for_temporary_files() / "pi-ring-tokens";
  Writer writer(name, tokenizer.vocab());
  add_texts(texts, tokenizer, writer, progress);
  return TokenFile(name, writer.file().open_for_reading());
}

TokenFile TokenFile::cached(std::span<const fs::path> texts,
                            const Tokenizer& tokenizer, const fs::path& file,
                            const TextProgress& progress) {
  const bool current = fs::exists(file) &&
                       TokenFile(file).source_ == source_of(texts, tokenizer);
  if (!current) write(texts, tokenizer, file, progress);
  return TokenFile(file);
}

TokenFile::TokenFile(const std::filesystem::path& file) : map_(file) {
  read_footer();
}

TokenFile::TokenFile(const fs::path& name, const OpenFile& file)
    : map_(name, file) {
  read_footer();
}

void TokenFile::read_footer() {
  TokenFileFooter footer;
  if (map_.size() < sizeof footer)
    refuse(map_, "is too short for a token file");
  std::memcpy(&footer, map_.bytes().last(sizeof footer).data(), sizeof footer);
  if (footer.magic != kTokenFileMagic) {
    refuse(map_, "is not a whole token file");
  }
  if (footer.checksum != checksum_of(footer) || footer.tokens == 0 ||
      footer.tokens > kMostTokens || footer.vocab > kLargestVocab) {
    refuse(map_, "has a damaged footer");
  }
  const uint64_t expected = footer.tokens * token_bytes(footer.vocab) +
                            blocks_of(footer.tokens) * sizeof(uint64_t) +
                            sizeof footer;
  if (map_.size() != expected) {
    refuse(map_, "has " + grouped(map_.size()) + " bytes, expected " +
                     grouped(expected));
  }
  tokens_ = footer.tokens;
  documents_ = footer.documents;
  source_ = footer.source;
  content_ = footer.content;
  vocab_ = static_cast<int>(footer.vocab);
}

uint64_t TokenFile::block_bytes(uint64_t block) const {
  const uint64_t begin = block * kBlockTokens;
  return std::min(kBlockTokens, tokens_ - begin) * token_bytes(vocab_);
}

std::span<const std::byte> TokenFile::checked_block(uint64_t block) const {
  const uint64_t width = token_bytes(vocab_);
  const auto bytes =
      map_.bytes().subspan(block * kBlockTokens * width, block_bytes(block));
  uint64_t expected = 0;
  std::memcpy(
      &expected,
      map_.bytes().subspan(tokens_ * width + block * sizeof expected).data(),
      sizeof expected);
  if (checksum_of(bytes) != expected) {
    refuse(map_, "is damaged between tokens " + grouped(block * kBlockTokens) +
                     " and " + grouped((block + 1) * kBlockTokens));
  }
  return bytes;
}

void TokenFile::copy(uint64_t first, std::span<int> out) const {
  const uint64_t width = token_bytes(vocab_);
  first %= tokens_;
  while (!out.empty()) {
    const auto block = checked_block(first / kBlockTokens);
    const uint64_t inside = first % kBlockTokens;
    const uint64_t count =
        std::min<uint64_t>(out.size(), block.size() / width - inside);
    for (uint64_t i = 0; i < count; ++i) {
      uint32_t token = 0;
      std::memcpy(&token, block.data() + (inside + i) * width, width);
      if (token >= static_cast<uint32_t>(vocab_)) {
        refuse(map_, "has token " + grouped(token) +
                         ", but its vocabulary has only " + grouped(vocab_));
      }
      out[i] = static_cast<int>(token);
    }
    out = out.subspan(count);
    first = (first + count) % tokens_;
  }
}

}  // namespace pi_ring
