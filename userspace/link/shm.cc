// Lays out the shared segment, and hands out the ends of its links.
#include "userspace/link/shm.h"

#include <bit>
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <limits>
#include <new>
#include <stdexcept>

#include "userspace/link/affinity.h"

namespace pi_ring {
namespace {

// One end: it sends through one queue and receives through the other.
class ShmEnd : public Link {
 public:
  ShmEnd(ByteQueue& out, ByteQueue& in) : out_(out), in_(in) {}
  ~ShmEnd() override { close_both(); }

  void send(std::span<const std::byte> bytes, Deadline deadline) override {
    out_.write(bytes, deadline);
  }
  void receive(std::span<std::byte> bytes, Deadline deadline) override {
    in_.read(bytes, deadline);
    if (wanted_ == Affinity::kSendersProcessor) {
      affinity_.pin_to(in_.writer_processor());
    }
    if (wanted_ == Affinity::kThisProcessor) affinity_.pin_here();
  }
  void set_affinity(Affinity wanted) override {
    if (wanted == Affinity::kAnyProcessor) affinity_.restore();
    wanted_ = wanted;
  }
  void close() override { close_both(); }

  uint64_t bytes_sent() const override { return out_.written(); }
  uint64_t bytes_received() const override { return in_.taken(); }

 private:
  void close_both() {
    out_.close();
    in_.close();
  }

  ByteQueue& out_;
  ByteQueue& in_;
  Affinity wanted_ = Affinity::kAnyProcessor;
  ThreadAffinity affinity_;
};

size_t round_up_capacity(int links, size_t capacity) {
  constexpr size_t kMost = std::numeric_limits<size_t>::max() / 8;
  if (links < 0 || capacity == 0 || capacity > kMost / (links + 1)) {
    throw std::invalid_argument("a segment of impossible size");
  }
  return std::bit_ceil(capacity);
}

}  // namespace

ShmLinks::ShmLinks(int links, size_t capacity) {
  capacity = round_up_capacity(links, capacity);
  if (links == 0) return;  // a ring of one shares nothing
  const size_t control = links * sizeof(Directions);
  region_ = boost::interprocess::anonymous_shared_memory(control +
                                                         links * 2 * capacity);
  auto* directions = static_cast<Directions*>(region_.get_address());
  auto* bytes = static_cast<std::byte*>(region_.get_address()) + control;
  for (size_t i = 0; i < static_cast<size_t>(links); ++i) {
    const std::span<std::byte> down(bytes + 2 * i * capacity, capacity);
    const std::span<std::byte> up(bytes + (2 * i + 1) * capacity, capacity);
    new (directions + i) Directions{ByteQueue(down), ByteQueue(up)};
  }
  links_ = {directions, static_cast<size_t>(links)};
}

std::unique_ptr<Link> ShmLinks::downstream_end(int link) {
  return std::make_unique<ShmEnd>(at(link).down, at(link).up);
}

std::unique_ptr<Link> ShmLinks::upstream_end(int link) {
  return std::make_unique<ShmEnd>(at(link).up, at(link).down);
}

void ShmLinks::close_link(int link) {
  at(link).down.close();
  at(link).up.close();
}

uint64_t ShmLinks::bytes_down(int link) const {
  return at(link).down.written();
}

uint64_t ShmLinks::bytes_up(int link) const { return at(link).up.written(); }

ShmLinks::Waits ShmLinks::downstream_end_waits(int link) const {
  return {at(link).up.reader_waits(), at(link).down.writer_waits()};
}

ShmLinks::Waits ShmLinks::upstream_end_waits(int link) const {
  return {at(link).down.reader_waits(), at(link).up.writer_waits()};
}

ShmLinks::Directions& ShmLinks::at(int link) const {
  if (link < 0 || link >= count()) throw std::out_of_range("no such link");
  return links_[link];
}

}  // namespace pi_ring
