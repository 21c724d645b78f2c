// A link of one device or bank, which may have bytes on the way that nobody
// has asked for yet.
#pragma once

#include "userspace/link/link.h"

namespace pi_ring {

class StreamLink : public Link {
 public:
  // What there is, one byte at least.
  virtual size_t receive_some(std::span<std::byte> bytes,
                              Deadline deadline) = 0;

  // For errors.
  virtual const std::string& name() const = 0;
};

}  // namespace pi_ring
