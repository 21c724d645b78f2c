// Opens a token file, and checks each block that is read.
#include "model/text/token_file.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/wording.h"
#include "model/text/token_file_layout.h"

namespace pi_ring {
namespace {

constexpr uint64_t kMostTokens = uint64_t{1} << 48;
constexpr uint64_t kLargestVocab = uint64_t{1} << 24;

[[noreturn]] void refuse(const MappedFile& file, const std::string& reason) {
  throw BadInput(file.path(), reason + "; remove it, and it will be made anew");
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

}  // namespace

TokenFile::TokenFile(const std::filesystem::path& file) : map_(file) {
  read_footer();
}

void TokenFile::read_footer() {
  TokenFileFooter footer;
  if (map_.size() < sizeof footer) refuse(map_, "too short for a token file");
  std::memcpy(&footer, map_.bytes().last(sizeof footer).data(), sizeof footer);
  if (footer.magic != kTokenFileMagic) {
    refuse(map_, "is no token file, or a part of one");
  }
  if (footer.checksum != checksum_of(footer) || footer.tokens == 0 ||
      footer.tokens > kMostTokens || footer.vocab > kLargestVocab) {
    refuse(map_, "its footer is damaged");
  }
  const uint64_t expected = footer.tokens * token_bytes(footer.vocab) +
                            blocks_of(footer.tokens) * sizeof(uint64_t) +
                            sizeof footer;
  if (map_.size() != expected) {
    refuse(map_, grouped(static_cast<int64_t>(map_.size())) +
                     " bytes where its tokens take " +
                     grouped(static_cast<int64_t>(expected)));
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
    refuse(map_, "damaged between tokens " +
                     grouped(static_cast<int64_t>(block * kBlockTokens)) +
                     " and " +
                     grouped(static_cast<int64_t>((block + 1) * kBlockTokens)));
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
        refuse(map_, "token " + grouped(token) + " of a vocabulary of " +
                         grouped(vocab_));
      }
      out[i] = static_cast<int>(token);
    }
    out = out.subspan(count);
    first = (first + count) % tokens_;
  }
}

}  // namespace pi_ring
