// Receives one message, sends one message.
#include "userspace/ring/text/text_rank.h"

#include <exception>

#include "userspace/ring/message/hello.h"
#include "userspace/ring/message/wording.h"

namespace pi_ring {
namespace {

// Resends of one message. Each resend means that the link down broke again.
constexpr int kMostResends = 8;

// Returns only by an exception: the links were closed, or something failed.
[[noreturn]] void serve(const RankOptions& options, const Weights& weights,
                        Link& up, Link& down) {
  TextRank rank(options, weights, up, down);
  for (;;) rank.handle(rank.next_header());
}

}  // namespace

TextRank::TextRank(const RankOptions& options, const Weights& weights, Link& up,
                   Link& down)
    : options_(options),
      up_(up),
      down_(down),
      pool_(options.threads, options.waiting),
      weights_(weights),
      stage_(weights_, pool_),
      x_(static_cast<size_t>(weights_.config().dim) * kChunkRows),
      cache_(weights_, DType::F32) {}

Deadline TextRank::soon() const {
  return std::chrono::steady_clock::now() + options_.patience;
}

// A rank waits without limit between messages: the head decides when to send.
Header TextRank::next_header() {
  const Stopwatch watch(stats_.wait_ns);
  return receive_header(up_, kForever);
}

void TextRank::handle(const Header& header) {
  switch (header.kind) {
    case Kind::kHello:
      greet(header);
      break;
    case Kind::kPrefill:
    case Kind::kForward:
      forward(header);
      break;
    case Kind::kStats:
      add_stats(header);
      break;
    case Kind::kError:
    case Kind::kReset:
    case Kind::kPing:
      pass(header, receive_payload(up_, header, soon()));
      break;
    case Kind::kHeartbeat:  // a neighbour has begun a training already
      break;
    default:
      throw RingError("a message of a training came during a text");
  }
}

void TextRank::greet(const Header& header) {
  greeted_ = false;
  const Hello previous = decode_hello(receive_payload(up_, header, soon()));
  const Hello mine = hello_of(weights_, previous.cache_type);
  check_neighbour(previous, mine);
  cache_ = TextCache(weights_, mine.cache_type);
  Header passed = hello_header();
  passed.sequence = header.sequence;
  pass(passed, encode(mine));
  stats_ = {};
  hop_.begin(down_);
  sequence_ = 0;
  greeted_ = true;
}

void TextRank::check(const Header& header) const {
  const ModelConfig& config = weights_.config();
  if (header.sequence != sequence_ || header.format == RowFormat::kBytes ||
      header.width != static_cast<uint32_t>(config.dim) || header.rows < 1 ||
      header.rows > kChunkRows ||
      header.position + uint64_t{header.rows} >
          static_cast<uint64_t>(config.context) ||
      !cache_.can_go_on_at(static_cast<int>(header.position))) {
    throw RingError("a message came out of order or does not fit the model");
  }
}

// The rank before the head sends only the rows that the head uses.
uint32_t TextRank::rows_to_pass(const Header& header) const {
  if (options_.rank != options_.ranks - 2) {
    return header.rows;
  }
  return header.kind == Kind::kPrefill ? 0 : 1;
}

void TextRank::forward(const Header& header) {
  if (!greeted_) {
    // The head will send this text again after a greeting.
    receive_payload(up_, header, soon());
    return;
  }
  check(header);
  ++sequence_;
  const auto width = static_cast<size_t>(header.width);
  const std::span<float> x(x_.data(), header.rows * width);
  up_.set_affinity(header.rows == 1 ? Link::Affinity::kSendersProcessor
                                    : Link::Affinity::kAnyProcessor);
  {
    const Stopwatch watch(stats_.wait_ns);
    up_.receive(packer_.room_for(header.format, x, width), soon());
  }
  Header passed = header;
  passed.rows = rows_to_pass(header);
  std::span<const std::byte> rows;
  {
    const Stopwatch watch(stats_.compute_ns);
    packer_.unpack(header.format, x, width);
    stage_.forward(pool_, static_cast<int>(header.position),
                   static_cast<int>(header.rows), cache_, x.data());
    rows = packer_.pack(header.format, x.last(passed.rows * width), width);
  }
  pass(passed, rows);
}

void TextRank::add_stats(const Header& header) {
  std::vector<RankStats> table =
      decode_stats(receive_payload(up_, header, soon()), options_.ranks);
  hop_.read(down_, stats_);
  stats_.shard_bytes = weights_.bytes_as_f32();
  stats_.cache_bytes = cache_.bytes();
  measure_memory(stats_);
  table.at(static_cast<size_t>(options_.rank)) = stats_;
  pass(header, encode(table));
}

void TextRank::report(Kind kind, const std::string& text) {
  pass(text_header(kind, text), std::as_bytes(std::span(text)));
}

// After a break of the link down, this message is the first of a fresh stream;
// the next rank itself reports to the head what it missed.
void TextRank::pass(const Header& header, std::span<const std::byte> payload) {
  for (int resends = 0;; ++resends) {
    try {
      send_message(down_, header, payload, soon());
      return;
    } catch (const LinkError& error) {
      if (error.kind() != LinkError::Kind::kBroken || resends == kMostResends) {
        throw;
      }
    }
  }
}

int run_text_rank(const RankOptions& options, const Weights& weights, Link& up,
                  Link& down) {
  std::string reason;
  try {
    serve(options, weights, up, down);
  } catch (const LinkError& error) {
    if (error.kind() == LinkError::Kind::kClosed) return 0;
    reason = name_of_rank(options.rank) + ": " + error.what();
  } catch (const std::exception& error) {
    reason = error.what();
  }
  send_last_error(up, down, reason,
                  std::chrono::steady_clock::now() + options.patience);
  return 1;
}

}  // namespace pi_ring
