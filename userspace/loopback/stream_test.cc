#include "userspace/loopback/stream_test.h"

#include <algorithm>
#include <random>

#include "userspace/loopback/crew.h"
#include "userspace/loopback/pattern.h"

namespace pi_ring {
namespace {

constexpr size_t kLongestPiece = 1U << 20;
constexpr size_t kLongestRandomPiece = 1U << 16;

// The sizes that a stream is cut into, one after the other.
class Pieces {
 public:
  Pieces(uint64_t bytes, uint64_t seed) : left_(bytes), random_(seed) {}

  // 0 at the end.
  size_t next() {
    const size_t piece = std::min<uint64_t>(wished(), left_);
    left_ -= piece;
    return piece;
  }

 private:
  size_t wished() {
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

StreamTest::StreamTest(const Course& course, uint64_t bytes, uint64_t seed)
    : course_(course),
      bytes_(bytes),
      seed_(seed),
      figures_(course.hops.size()) {}

void StreamTest::run(const std::function<void()>& look) {
  Crew crew([this] { course_.close(); });
  for (size_t hop = 0; hop < course_.hops.size(); ++hop) {
    crew.start([this, hop] { send(hop); });
    crew.start([this, hop] { receive(hop); });
  }
  crew.finish(look);
}

// Bytes go in in small spans, so that patience is with a link that stands
// still, and not with a slow one.
void StreamTest::send(size_t hop) const {
  Link& link = course_.hops[hop].from;
  Pieces pieces(bytes_, seed_ + hop);
  std::vector<std::byte> piece;
  uint64_t position = 0;
  while (const size_t size = pieces.next()) {
    piece.resize(size);
    fill_pattern(seed_ + hop, position, piece);
    position += size;
    for (std::span<const std::byte> rest = piece; !rest.empty();) {
      const size_t step = std::min(rest.size(), kLongestRandomPiece);
      link.send(rest.first(step), course_.deadline());
      rest = rest.subspan(step);
    }
  }
}

// In random pieces of its own, as a reader knows nothing of the writer's.
void StreamTest::receive(size_t hop) {
  const auto start = std::chrono::steady_clock::now();
  std::mt19937_64 random(~seed_ - hop);
  std::vector<std::byte> buffer(kLongestRandomPiece);
  uint64_t position = 0;
  while (position < bytes_) {
    const uint64_t size =
        std::min<uint64_t>(1 + random() % 4096, bytes_ - position);
    const std::span<std::byte> piece(buffer.data(), size);
    course_.hops[hop].to.receive(piece, course_.deadline());
    check_pattern(course_.hops[hop].name.c_str(), seed_ + hop, position, piece);
    position += size;
    figures_[hop].checked = position;
    figures_[hop].seconds = seconds_since(start);
  }
}

}  // namespace pi_ring
