#include "userspace/loopback/stream_test.h"

#include <algorithm>
#include <random>

#include "userspace/loopback/pattern.h"
#include "userspace/loopback/thread_group.h"

namespace pi_ring {
namespace {

constexpr size_t kLongestPiece = 1U << 20;
constexpr size_t kLongestRandomPiece = 1U << 16;

// The sizes of the pieces that a stream is sent in.
class Pieces {
 public:
  Pieces(uint64_t bytes, uint64_t seed) : left_(bytes), random_(seed) {}

  // 0 at the end.
  size_t next() {
    const size_t piece = std::min<uint64_t>(next_size(), left_);
    left_ -= piece;
    return piece;
  }

 private:
  size_t next_size() {
    if (size_ == 0) {
      size_ = 1;
      return kByteValues;
    }
    if (size_ > kLongestPiece) return 1 + random_() % kLongestRandomPiece;
    const size_t size = size_;
    size_ *= 2;
    return size;
  }

  uint64_t left_;
  size_t size_ = 0;  // the next of 1, 2, 4 ...
  std::mt19937_64 random_;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace

StreamTest::StreamTest(const Route& route, uint64_t bytes, uint64_t seed)
    : route_(route), bytes_(bytes), seed_(seed), figures_(route.hops.size()) {}

void StreamTest::run(const std::function<void()>& look) {
  ThreadGroup threads([this] { route_.close(); });
  for (size_t hop = 0; hop < route_.hops.size(); ++hop) {
    threads.start([this, hop] { send(hop); });
    threads.start([this, hop] { receive(hop); });
  }
  threads.finish(look);
}

// Sends small spans, so that patience ends for a link that moves nothing and
// not for a slow one.
void StreamTest::send(size_t hop) const {
  Link& link = route_.hops[hop].from;
  Pieces pieces(bytes_, seed_ + hop);
  std::vector<std::byte> piece;
  uint64_t position = 0;
  while (const size_t size = pieces.next()) {
    piece.resize(size);
    fill_pattern(seed_ + hop, position, piece);
    position += size;
    for (std::span<const std::byte> rest = piece; !rest.empty();) {
      const size_t step = std::min(rest.size(), kLongestRandomPiece);
      link.send(rest.first(step), route_.deadline());
      rest = rest.subspan(step);
    }
  }
}

// Receives pieces of random sizes, as a reader does not know the writer's.
void StreamTest::receive(size_t hop) {
  const auto start = std::chrono::steady_clock::now();
  std::mt19937_64 random(~seed_ - hop);
  std::vector<std::byte> buffer(kLongestRandomPiece);
  uint64_t position = 0;
  while (position < bytes_) {
    const uint64_t size =
        std::min<uint64_t>(1 + random() % 4096, bytes_ - position);
    const std::span<std::byte> piece(buffer.data(), size);
    route_.hops[hop].to.receive(piece, route_.deadline());
    check_pattern(route_.hops[hop].name.c_str(), seed_ + hop, position, piece);
    position += size;
    figures_[hop].checked = position;
    figures_[hop].seconds = seconds_since(start);
  }
}

}  // namespace pi_ring
