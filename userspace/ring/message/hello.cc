// Turns greetings into bytes and back, and compares them.
#include "userspace/ring/message/hello.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "model/architecture/cut.h"
#include "model/layers/kv_cache.h"
#include "userspace/ring/message/little_endian.h"

namespace pi_ring {
namespace {

constexpr size_t kNameBytes = 64;
constexpr size_t kHelloBytes = 6 * 4 + 8 + kNameBytes;

std::string layers_of(const Hello& hello) {
  return "layers [" + std::to_string(hello.begin) + "," +
         std::to_string(hello.end) + ") of " + hello.model;
}

std::string holder(const Hello& hello) {
  return "rank " + std::to_string(hello.rank) + " holds " + layers_of(hello);
}

DType cache_type_of(uint32_t code) {
  if (code < kCacheTypes.size()) return kCacheTypes[code];
  throw RingError("a neighbour asks for a cache of an unknown type");
}

}  // namespace

Hello hello_of(const Weights& weights, DType cache_type) {
  const Shard& shard = weights.shard();
  return {.rank = static_cast<uint32_t>(shard.rank),
          .ranks = static_cast<uint32_t>(shard.ranks),
          .begin = static_cast<uint32_t>(shard.begin),
          .end = static_cast<uint32_t>(shard.end),
          .layers = static_cast<uint32_t>(weights.config().layers),
          .fingerprint = weights.fingerprint(),
          .cache_type = cache_type,
          .model = weights.config().name.substr(0, kNameBytes)};
}

Header hello_header() {
  Header header;
  header.rows = 1;
  header.width = kHelloBytes;
  return header;
}

std::vector<std::byte> encode(const Hello& hello) {
  std::vector<std::byte> bytes(kHelloBytes);
  LittleEndianWriter writer(bytes);
  writer.put(hello.rank);
  writer.put(hello.ranks);
  writer.put(hello.begin);
  writer.put(hello.end);
  writer.put(hello.layers);
  writer.put(hello.fingerprint);
  writer.put(static_cast<uint32_t>(cache_code(hello.cache_type)));
  std::memcpy(bytes.data() + kHelloBytes - kNameBytes, hello.model.data(),
              std::min(hello.model.size(), kNameBytes));
  return bytes;
}

Hello decode_hello(std::span<const std::byte> payload) {
  if (payload.size() != kHelloBytes) {
    throw RingError("a neighbour sent a greeting of another length");
  }
  LittleEndianReader reader(payload);
  Hello hello;
  hello.rank = reader.take<uint32_t>();
  hello.ranks = reader.take<uint32_t>();
  hello.begin = reader.take<uint32_t>();
  hello.end = reader.take<uint32_t>();
  hello.layers = reader.take<uint32_t>();
  hello.fingerprint = reader.take<uint64_t>();
  hello.cache_type = cache_type_of(reader.take<uint32_t>());
  std::array<char, kNameBytes + 1> name{};
  std::memcpy(name.data(), payload.data() + kHelloBytes - kNameBytes,
              kNameBytes);
  hello.model = neighbours_text(name.data());
  return hello;
}

void check_neighbour(const Hello& previous, const Hello& mine) {
  if (previous.ranks != mine.ranks ||
      (previous.rank + 1) % mine.ranks != mine.rank) {
    throw RingError("rank " + std::to_string(mine.rank) + " of " +
                    std::to_string(mine.ranks) + " stands after rank " +
                    std::to_string(previous.rank) + " of " +
                    std::to_string(previous.ranks));
  }
  if (previous.fingerprint != mine.fingerprint) {
    throw RingError(holder(mine) + ", rank " + std::to_string(previous.rank) +
                    " " + layers_of(previous) + ": these are different models");
  }
  if (previous.cache_type != mine.cache_type) {
    throw RingError("rank " + std::to_string(previous.rank) +
                    " caches keys and values as " +
                    std::string(name_of(previous.cache_type)) + ", rank " +
                    std::to_string(mine.rank) + " as " +
                    std::string(name_of(mine.cache_type)));
  }
  // The head holds the end of the model, and rank 0 follows it with layer 0.
  const uint32_t expected = mine.rank == 0 ? 0 : previous.end;
  if (mine.begin != expected) {
    throw RingError(holder(mine) + ", expected layers from " +
                    std::to_string(expected) + " on");
  }
}

}  // namespace pi_ring
