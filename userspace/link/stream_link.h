// A link that can receive as many bytes as have arrived.
#pragma once

#include "userspace/link/link.h"

namespace pi_ring {

class StreamLink : public Link {
 public:
  // Receives the bytes that have arrived, at least one.
  virtual size_t receive_some(std::span<std::byte> bytes,
                              Deadline deadline) = 0;

  // What errors call it.
  virtual const std::string& name() const = 0;
};

}  // namespace pi_ring
