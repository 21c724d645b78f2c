// Links through memory that a process shares with the children it forks.
#pragma once

#include <boost/interprocess/mapped_region.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "userspace/link/byte_queue.h"
#include "userspace/link/link.h"

namespace pi_ring {

// A segment of links, made before the fork. It has no name, so the kernel frees
// it with the last process that inherited it. In a ring, link i joins rank i's
// downstream end to rank i+1's upstream end.
class ShmLinks {
 public:
  // The bytes that one direction holds by default: a chunk of a prompt, so that
  // a rank can send it and start on the next one.
  static constexpr size_t kCapacity = 256 * 1024;

  // `capacity` is in bytes a direction, and rounded up to a power of two.
  explicit ShmLinks(int links, size_t capacity = kCapacity);

  int count() const { return static_cast<int>(links_.size()); }

  // Return the two ends of a link, each for one process. An end closes its link
  // when it is destroyed, and may not outlive this object.
  std::unique_ptr<Link> downstream_end(int link);
  std::unique_ptr<Link> upstream_end(int link);

  // Closes a link on behalf of an end whose owner is gone.
  void close_link(int link);

  // Count all bytes that the downstream end has sent, and the upstream end.
  uint64_t bytes_down(int link) const;
  uint64_t bytes_up(int link) const;

  // What an end is waiting for now.
  struct Waits {
    bool for_data = false;
    bool for_space = false;
  };
  Waits downstream_end_waits(int link) const;
  Waits upstream_end_waits(int link) const;

 private:
  struct Directions {
    ByteQueue down;
    ByteQueue up;
  };

  Directions& at(int link) const;

  boost::interprocess::mapped_region region_;
  // In the region, which the children inherit at the same address. Never
  // destroyed: another process may still use it, and it owns nothing else.
  std::span<Directions> links_;
};

}  // namespace pi_ring
