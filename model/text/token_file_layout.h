// A token file's bytes: the tokens in blocks, a checksum a block, a footer.
#pragma once

#include <bit>
#include <cstdint>

namespace pi_ring {

static_assert(std::endian::native == std::endian::little,
              "token files are used as they stand");

inline constexpr uint64_t kTokenFileMagic = 0x314E454B4F544950U;  // "PITOKEN1"
inline constexpr uint64_t kBlockTokens = 4096;

// At the end, so that a file can be written from front to back.
struct TokenFileFooter {
  uint64_t magic = kTokenFileMagic;
  uint64_t source = 0;   // what it was made of
  uint64_t content = 0;  // the blocks' checksums, hashed
  uint64_t tokens = 0;
  uint64_t documents = 0;
  uint64_t vocab = 0;
  uint64_t checksum = 0;  // of all the above
};

// Of one token: two bytes where the vocabulary allows it.
inline uint64_t token_bytes(uint64_t vocab) { return vocab <= 65536 ? 2 : 4; }

inline uint64_t blocks_of(uint64_t tokens) {
  return (tokens + kBlockTokens - 1) / kBlockTokens;
}

}  // namespace pi_ring
