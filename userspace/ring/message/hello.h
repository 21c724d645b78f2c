// The greeting of a text: each rank says which layers it holds, and the next
// rank checks that the shards belong together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/folder/weights.h"
#include "model/tensor/dtype.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {

struct Hello {
  uint32_t rank = 0;
  uint32_t ranks = 0;
  uint32_t begin = 0;  // layers [begin, end)
  uint32_t end = 0;
  uint32_t layers = 0;  // in the whole model
  uint64_t fingerprint = 0;
  DType cache_type = DType::F32;  // the head's, which the others take over
  std::string model;              // a name for people, cut to fit
};

Hello hello_of(const Weights& weights, DType cache_type);

// The header of a greeting, not yet numbered.
Header hello_header();

std::vector<std::byte> encode(const Hello& hello);
// Throws RingError where the payload is not a greeting.
Hello decode_hello(std::span<const std::byte> payload);

// Throws RingError that names both ranks where `mine` cannot follow `previous`.
void check_neighbour(const Hello& previous, const Hello& mine);

}  // namespace pi_ring
