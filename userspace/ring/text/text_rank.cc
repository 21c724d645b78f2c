// One message in, one message out.
#include "userspace/ring/text/text_rank.h"

#include "userspace/ring/message/hello.h"

namespace pi_ring {
namespace {

// Each is one break of the stream below within one message.
constexpr int kMostResends = 8;

}  // namespace

TextRank::TextRank(const RankOptions& options, Link& up, Link& down)
    : options_(options),
      up_(up),
      down_(down),
      pool_(options.threads, options.waiting),
      weights_(options.model, options.ranks, options.rank),
      stage_(weights_, pool_),
      x_(static_cast<size_t>(weights_.config().dim) * kChunkRows) {}

Deadline TextRank::soon() const {
  return std::chrono::steady_clock::now() + options_.patience;
}

// Between messages a rank may wait for ever: the head decides when to ask.
Header TextRank::next_header() {
  pool_.rest();
  const Stopwatch watch(stats_.wait_ns);
  return receive_header(up_, kForever);
}

void TextRank::handle(const Header& header) {
  switch (header.kind) {
    case Kind::kHello:
      greet(header);
      break;
    case Kind::kFill:
    case Kind::kForward:
      forward(header);
      break;
    case Kind::kStats:
      report(header);
      break;
    case Kind::kError:
    case Kind::kAnew:
    case Kind::kRollCall:
      pass(header, receive_payload(up_, header, soon()));
      break;
    case Kind::kBeat:  // of a neighbour that is at a training already
      break;
    default:
      throw RingError("a message of training came amid a text");
  }
}

void TextRank::greet(const Header& header) {
  greeted_ = false;
  const Hello mine = hello_of(weights_);
  check_neighbour(receive_hello(up_, header, soon()), mine);
  pass(hello_header(header.sequence), encode(mine));
  stats_ = {};
  hop_.begin(down_);
  sequence_ = 0;
  greeted_ = true;
}

void TextRank::check(const Header& header) const {
  const ModelConfig& config = weights_.config();
  if (header.sequence != sequence_ || header.type == Type::kBytes ||
      header.width != static_cast<uint32_t>(config.dim) || header.rows < 1 ||
      header.rows > kChunkRows ||
      header.position + uint64_t{header.rows} >
          static_cast<uint64_t>(config.context)) {
    throw RingError("a message came out of turn or does not fit the model");
  }
}

// The rank before the head sends it only what the head can use.
uint32_t TextRank::rows_to_pass(const Header& header) const {
  if (options_.rank != options_.ranks - 2) {
    return header.rows;
  }
  return header.kind == Kind::kFill ? 0 : 1;
}

void TextRank::forward(const Header& header) {
  if (!greeted_) {
    // Of a text that the head will begin anew.
    receive_payload(up_, header, soon());
    return;
  }
  check(header);
  ++sequence_;
  const auto width = static_cast<size_t>(header.width);
  const std::span<float> x(x_.data(), header.rows * width);
  up_.place(header.rows == 1 ? Link::Place::kBesideSender
                             : Link::Place::kAnywhere);
  {
    const Stopwatch watch(stats_.wait_ns);
    up_.receive(packer_.room_for(header.type, x, width), soon());
  }
  Header passed = header;
  passed.rows = rows_to_pass(header);
  std::span<const std::byte> rows;
  {
    const Stopwatch watch(stats_.compute_ns);
    packer_.unpack(header.type, x, width);
    stage_.forward(pool_, static_cast<int>(header.position),
                   static_cast<int>(header.rows), x.data());
    rows = packer_.pack(header.type, x.last(passed.rows * width), width);
  }
  positions_ = static_cast<int>(header.position + header.rows);
  pass(passed, rows);
}

void TextRank::report(const Header& header) {
  std::vector<RankStats> table =
      decode_stats(receive_payload(up_, header, soon()));
  hop_.read(down_, stats_);
  stats_.shard_bytes = weights_.bytes_as_f32();
  stats_.cache_bytes = stage_.cache_bytes(positions_);
  measure_memory(stats_);
  table.at(static_cast<size_t>(options_.rank)) = stats_;
  pass(header, encode(table));
}

void TextRank::tell(Kind kind, const std::string& text) {
  pass(text_header(kind, text), std::as_bytes(std::span(text)));
}

// Where the stream below broke, the next rank has a fresh one before it, on
// which this message is the first; what it missed it tells the head itself.
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

}  // namespace pi_ring
