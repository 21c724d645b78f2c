// Sends a prompt round the ring as a pipeline of chunks, a token as a chunk of
// one.
#include "userspace/ring/text/head.h"

#include <algorithm>
#include <string>

#include "userspace/ring/message/greeting.h"
#include "userspace/ring/message/hello.h"

namespace pi_ring {
namespace {

// To read and pack a shard from a slow card takes longer than any message.
constexpr int kLoadingFactor = 4;

// While single tokens go round, the ranks of one machine share a processor.
// After this many tokens the head may move, so that the kernel can choose one
// that is idle.
constexpr uint32_t kTokensPerPinning = 64;

}  // namespace

Head::Head(const RankOptions& options, const Weights& weights, Link* up,
           Link* down)
    : options_(options),
      up_(up),
      down_(down),
      pool_(options.threads, options.waiting),
      weights_(weights),
      embedding_(weights_),
      stage_(weights_, pool_),
      classifier_(weights_, pool_),
      x_(static_cast<size_t>(config().dim) * kChunkRows),
      last_(static_cast<size_t>(config().dim)),
      logits_(static_cast<size_t>(config().vocab)),
      cache_(weights_, options.cache_type) {}

Deadline Head::soon() const {
  return std::chrono::steady_clock::now() + options_.patience;
}

// Does one piece of work on a link, with a deadline of the head's patience.
template <typename Work>
auto Head::over_link(Work work) {
  try {
    return with_breaks_reported(work);
  } catch (const LinkError& error) {
    throw error.after(options_.patience);
  }
}

std::vector<std::byte> Head::receive_rest(const Header& header) {
  return over_link([&] { return receive_payload(*up_, header, soon()); });
}

Header Head::next_answer(Kind expected) {
  const Stopwatch watch(stats_.wait_ns);
  const Deadline deadline = soon();
  const Header header = over_link(
      [&] { return receive_answer_header(*up_, deadline, deadline); });
  if (header.kind != expected) {
    throw RingError("the last rank's answer came out of order");
  }
  return header;
}

std::string Head::greet() {
  if (is_alone()) return {};
  const Hello mine = hello_of(weights_, options_.cache_type);
  GreetingAnswer answer =
      greet_ring(*up_, *down_, hello_header(), encode(mine), greetings_,
                 kLoadingFactor * options_.patience);
  check_neighbour(decode_hello(answer.payload), mine);
  sequence_ = 0;
  answered_ = 0;
  stats_ = {};
  hop_.begin(*down_);
  return std::move(answer.broken_by);
}

void Head::send(const Header& header, std::span<const std::byte> payload) {
  over_link([&] { send_message(*down_, header, payload, soon()); });
}

void Head::compute_alone(std::span<const int> tokens, int position) {
  const Stopwatch watch(stats_.compute_ns);
  embedding_.forward(tokens, position, x_.data());
  stage_.forward(pool_, position, static_cast<int>(tokens.size()), cache_,
                 x_.data());
  const auto dim = static_cast<size_t>(config().dim);
  std::copy_n(x_.data() + (tokens.size() - 1) * dim, dim, last_.data());
}

void Head::send_chunk(std::span<const int> tokens, int position, bool is_last) {
  Header header;
  header.kind = is_last ? Kind::kForward : Kind::kPrefill;
  header.format = options_.row_format;
  header.position = static_cast<uint32_t>(position);
  header.rows = static_cast<uint32_t>(tokens.size());
  header.width = static_cast<uint32_t>(config().dim);
  header.sequence = sequence_++;
  std::span<const std::byte> rows;
  {
    const Stopwatch watch(stats_.compute_ns);
    embedding_.forward(tokens, position, x_.data());
    rows = packer_.pack(
        header.format, {x_.data(), tokens.size() * header.width}, header.width);
  }
  send(header, rows);
}

void Head::choose_processor(size_t tokens) {
  if (tokens > 1 || sequence_ % kTokensPerPinning == 0) {
    up_->set_affinity(Link::Affinity::kAnyProcessor);
  }
  if (tokens == 1) up_->set_affinity(Link::Affinity::kThisProcessor);
}

// The answer to a chunk of a prompt has no rows; to its last, or a token, one.
void Head::receive_answer(Kind sent) {
  const Header header = next_answer(sent);
  const uint32_t rows = sent == Kind::kForward ? 1 : 0;
  if (header.sequence != answered_++ || header.rows != rows ||
      header.width != last_.size() || header.format != options_.row_format) {
    throw RingError("the last rank's answer does not fit the model");
  }
  const Stopwatch watch(stats_.wait_ns);
  const std::span<float> row(last_.data(), rows * last_.size());
  const std::span<std::byte> bytes =
      packer_.room_for(header.format, row, header.width);
  over_link([&] { up_->receive(bytes, soon()); });
  packer_.unpack(header.format, row, header.width);
}

std::span<const float> Head::forward(std::span<const int> tokens, int position,
                                     size_t rows) {
  // With one chunk under way for each rank, all of them compute. More would
  // only fill the links: the head must never wait to send while an answer waits
  // for it.
  const int most_under_way = options_.ranks;
  int under_way = 0;
  if (!is_alone()) choose_processor(tokens.size());
  while (!tokens.empty()) {
    const auto chunk = tokens.first(std::min(tokens.size(), rows));
    tokens = tokens.subspan(chunk.size());
    if (is_alone()) {
      compute_alone(chunk, position);
    } else {
      if (under_way == most_under_way) {
        receive_answer(Kind::kPrefill);
        --under_way;
      }
      send_chunk(chunk, position, tokens.empty());
      ++under_way;
    }
    position += static_cast<int>(chunk.size());
  }
  for (; under_way > 0; --under_way) {
    receive_answer(under_way == 1 ? Kind::kForward : Kind::kPrefill);
  }
  const Stopwatch watch(stats_.compute_ns);
  classifier_.forward(pool_, last_.data(), logits_.data());
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
    table =
        decode_stats(receive_rest(next_answer(Kind::kStats)), options_.ranks);
  }
  mine.shard_bytes = weights_.bytes_as_f32();
  mine.cache_bytes = cache_.bytes();
  measure_memory(mine);
  table.back() = mine;
  return table;
}

}  // namespace pi_ring
