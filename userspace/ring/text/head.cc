// A prompt goes round as a pipeline of chunks, a token as a chunk of one.
#include "userspace/ring/text/head.h"

#include <algorithm>
#include <string>

#include "userspace/ring/message/hello.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

// Reading and packing a shard from a slow card takes longer than any message.
constexpr int kLoadingFactor = 4;

// The ranks of this machine sit together; once in so many tokens the head gets
// up, and the kernel may give it a processor that others leave alone.
constexpr uint32_t kTokensASeat = 64;

}  // namespace

Head::Head(const RankOptions& options, Link* up, Link* down)
    : options_(options),
      up_(up),
      down_(down),
      pool_(options.threads, options.waiting),
      weights_(options.model, options.ranks, options.rank),
      embedding_(weights_),
      stage_(weights_, pool_),
      classifier_(weights_, pool_),
      x_(static_cast<size_t>(config().dim) * kChunkRows),
      last_(static_cast<size_t>(config().dim)),
      logits_(static_cast<size_t>(config().vocab)),
      patience_(options.patience) {}

Deadline Head::soon() const {
  return std::chrono::steady_clock::now() + options_.patience;
}

void Head::throw_broken(const std::string& what) {
  last_break_ = what;
  throw RingBroken(what);
}

// What breaks on the head's own links is as what a rank elsewhere tells.
template <typename Work>
auto Head::over_link(Work work) {
  try {
    return work();
  } catch (const LinkError& error) {
    if (error.kind() != LinkError::Kind::kBroken) throw;
    throw_broken(error.what());
  }
}

std::vector<std::byte> Head::receive_rest(const Header& header) {
  return over_link([&] { return receive_payload(*up_, header, soon()); });
}

Header Head::next_header(Deadline begin, Deadline end) {
  const Stopwatch watch(stats_.wait_ns);
  const Header header =
      over_link([&] { return receive_header(*up_, begin, end); });
  if (header.kind == Kind::kError) {
    throw RingError(text_of(receive_rest(header)));
  }
  if (header.kind == Kind::kAnew) throw_broken(text_of(receive_rest(header)));
  return header;
}

Header Head::next_answer(Kind expected) {
  patience_ = options_.patience;
  const Header header = next_header(soon(), soon());
  if (header.kind != expected) {
    throw RingError("the last rank's answer came out of turn");
  }
  return header;
}

void Head::greet() {
  if (is_alone()) {
    return;
  }
  patience_ = kLoadingFactor * options_.patience;
  const Deadline end = std::chrono::steady_clock::now() + patience_;
  std::chrono::milliseconds wait = kFirstGreetingWait;
  for (;;) {
    try {
      send(hello_header(++greetings_), encode(hello_of(weights_)));
      const Deadline begin =
          std::min(end, std::chrono::steady_clock::now() + wait);
      if (comes_back(greetings_, begin, end)) break;
      wait *= 2;
    } catch (const RingBroken& error) {
      // Whatever it was that was lost, it may have been the greeting.
      if (std::chrono::steady_clock::now() >= end) {
        throw RingError(std::string(error.what()) + ", again and again");
      }
      wait = kFirstGreetingWait;
    }
  }
  sequence_ = 0;
  stats_ = {};
  hop_.begin(*down_);
}

// False where it has not by `begin`. What comes before it answers what was
// asked before the ring broke.
bool Head::comes_back(uint32_t greeting, Deadline begin, Deadline end) {
  try {
    for (;;) {
      const Header header = next_header(begin, end);
      if (header.kind == Kind::kHello && header.sequence == greeting) {
        const Hello last =
            over_link([&] { return receive_hello(*up_, header, soon()); });
        check_neighbour(last, hello_of(weights_));
        return true;
      }
      receive_rest(header);
    }
  } catch (const LinkError& error) {
    if (error.kind() != LinkError::Kind::kTimeout || begin == end) throw;
    return false;
  }
}

void Head::send(const Header& header, std::span<const std::byte> payload) {
  over_link([&] { send_message(*down_, header, payload, soon()); });
}

void Head::compute_alone(std::span<const int> tokens, int position) {
  const Stopwatch watch(stats_.compute_ns);
  embedding_.forward(tokens, x_.data());
  stage_.forward(pool_, position, static_cast<int>(tokens.size()), x_.data());
  const auto dim = static_cast<size_t>(config().dim);
  std::copy_n(x_.data() + (tokens.size() - 1) * dim, dim, last_.data());
}

void Head::send_chunk(std::span<const int> tokens, int position, bool is_last) {
  Header header;
  header.kind = is_last ? Kind::kForward : Kind::kFill;
  header.type = options_.wire;
  header.position = static_cast<uint32_t>(position);
  header.rows = static_cast<uint32_t>(tokens.size());
  header.width = static_cast<uint32_t>(config().dim);
  header.sequence = sequence_++;
  std::span<const std::byte> rows;
  {
    const Stopwatch watch(stats_.compute_ns);
    embedding_.forward(tokens, x_.data());
    rows = packer_.pack(header.type, {x_.data(), tokens.size() * header.width},
                        header.width);
  }
  send(header, rows);
}

void Head::take_place(size_t tokens) {
  if (tokens > 1 || sequence_ % kTokensASeat == 0) {
    up_->place(Link::Place::kAnywhere);
  }
  if (tokens == 1) up_->place(Link::Place::kHere);
}

// A prompt's chunk is answered without rows, its last and a token with one.
void Head::receive_answer(Kind sent) {
  const Header header = next_answer(sent);
  const uint32_t rows = sent == Kind::kForward ? 1 : 0;
  if (header.rows != rows || header.width != last_.size() ||
      header.type != options_.wire) {
    throw RingError("the last rank's answer does not fit the model");
  }
  const Stopwatch watch(stats_.wait_ns);
  const std::span<float> row(last_.data(), rows * last_.size());
  const std::span<std::byte> bytes =
      packer_.room_for(header.type, row, header.width);
  over_link([&] { up_->receive(bytes, soon()); });
  packer_.unpack(header.type, row, header.width);
}

std::span<const float> Head::forward(std::span<const int> tokens, int position,
                                     size_t rows) {
  // With a chunk a rank under way all of them compute; more would only fill
  // the links, on which the head must never wait while an answer waits for it.
  const int most_under_way = options_.ranks;
  int under_way = 0;
  positions_ = position + static_cast<int>(tokens.size());
  if (!is_alone()) take_place(tokens.size());
  while (!tokens.empty()) {
    const auto chunk = tokens.first(std::min(tokens.size(), rows));
    tokens = tokens.subspan(chunk.size());
    if (is_alone()) {
      compute_alone(chunk, position);
    } else {
      if (under_way == most_under_way) {
        receive_answer(Kind::kFill);
        --under_way;
      }
      send_chunk(chunk, position, tokens.empty());
      ++under_way;
    }
    position += static_cast<int>(chunk.size());
  }
  for (; under_way > 0; --under_way) {
    receive_answer(under_way == 1 ? Kind::kForward : Kind::kFill);
  }
  const Stopwatch watch(stats_.compute_ns);
  classifier_.forward(pool_, last_.data(), logits_.data());
  pool_.rest();
  return {logits_.data(), logits_.size()};
}

std::vector<RankStats> Head::stats() {
  std::vector<RankStats> table(static_cast<size_t>(options_.ranks));
  RankStats mine = stats_;
  if (!is_alone()) {
    hop_.read(*down_, mine);
    const std::vector<std::byte> bytes = encode(table);
    Header header;
    header.kind = Kind::kStats;
    header.rows = 1;
    header.width = static_cast<uint32_t>(bytes.size());
    send(header, bytes);
    table = decode_stats(receive_rest(next_answer(Kind::kStats)));
    table.resize(static_cast<size_t>(options_.ranks));
  }
  mine.shard_bytes = weights_.bytes_as_f32();
  mine.cache_bytes = stage_.cache_bytes(positions_);
  measure_memory(mine);
  table.back() = mine;
  return table;
}

}  // namespace pi_ring
