// The loop of a rank: one message in, one message out.
#include "userspace/ring/rank.h"

#include <exception>
#include <string>

#include "model/stage.h"
#include "model/weights.h"
#include "userspace/ring/hello.h"
#include "userspace/ring/message.h"
#include "userspace/ring/stats.h"

namespace pi_ring {
namespace {

class Rank {
 public:
  Rank(const RankOptions& options, Link& up, Link& down)
      : options_(options),
        up_(up),
        down_(down),
        pool_(options.threads, options.waiting),
        weights_(options.model, options.ranks, options.rank),
        stage_(weights_, pool_),
        x_(static_cast<size_t>(weights_.config().dim) * kChunkRows) {}

  // Returns only by an exception: the links' close, or a failure.
  [[noreturn]] void serve() {
    for (;;) {
      pool_.rest();
      const Header header = next_header();
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
          send_message(down_, header, receive_payload(up_, header, soon()),
                       soon());
          break;
        default:
          throw RingError("a message of training came amid a text");
      }
    }
  }

 private:
  Deadline soon() const {
    return std::chrono::steady_clock::now() + options_.patience;
  }

  // Between messages a rank may wait for ever: the head decides when to ask.
  Header next_header() {
    const Stopwatch watch(stats_.wait_ns);
    return receive_header(up_, kForever);
  }

  void greet(const Header& header) {
    const Hello mine = hello_of(weights_);
    check_neighbour(receive_hello(up_, header, soon()), mine);
    send_hello(down_, mine, soon());
    stats_ = {};
    sequence_ = 0;
  }

  void check(const Header& header) {
    const ModelConfig& config = weights_.config();
    if (header.sequence != sequence_++ || header.type != Type::kF32 ||
        header.width != static_cast<uint32_t>(config.dim) || header.rows < 1 ||
        header.rows > kChunkRows ||
        header.position + uint64_t{header.rows} >
            static_cast<uint64_t>(config.context)) {
      throw RingError("a message came out of turn or does not fit the model");
    }
  }

  // The rank before the head sends it only what the head can use.
  uint32_t rows_to_pass(const Header& header) const {
    if (options_.rank != options_.ranks - 2) {
      return header.rows;
    }
    return header.kind == Kind::kFill ? 0 : 1;
  }

  void forward(const Header& header) {
    check(header);
    const auto width = static_cast<size_t>(header.width);
    const std::span<float> x(x_.data(), header.rows * width);
    {
      const Stopwatch watch(stats_.wait_ns);
      up_.receive(std::as_writable_bytes(x), soon());
    }
    {
      const Stopwatch watch(stats_.compute_ns);
      stage_.forward(pool_, static_cast<int>(header.position),
                     static_cast<int>(header.rows), x.data());
    }
    positions_ = static_cast<int>(header.position + header.rows);
    Header passed = header;
    passed.rows = rows_to_pass(header);
    send_message(down_, passed, std::as_bytes(x.last(passed.rows * width)),
                 soon());
  }

  void report(const Header& header) {
    std::vector<RankStats> table =
        decode_stats(receive_payload(up_, header, soon()));
    stats_.sent_bytes = down_.bytes_sent();
    stats_.shard_bytes = weights_.bytes_as_f32();
    stats_.cache_bytes = stage_.cache_bytes(positions_);
    measure_memory(stats_);
    table.at(static_cast<size_t>(options_.rank)) = stats_;
    send_message(down_, header, encode(table), soon());
  }

  const RankOptions& options_;
  Link& up_;
  Link& down_;
  Pool pool_;
  Weights weights_;
  Stage stage_;
  FloatBuffer x_;  // [kChunkRows, dim]
  RankStats stats_;
  uint32_t sequence_ = 0;
  int positions_ = 0;
};

// Waits until the head has read the reason and closes the ring.
void stay_for_the_close(Link& up) {
  try {
    std::byte ignored{};
    for (;;) {
      up.receive({&ignored, 1}, kForever);
    }
  } catch (const LinkError&) {
  }
}

}  // namespace

int run_rank(const RankOptions& options, Link& up, Link& down) {
  const auto closed = [](const LinkError& error) {
    return error.kind() == LinkError::Kind::kClosed;
  };
  std::string reason;
  try {
    Rank(options, up, down).serve();
  } catch (const LinkError& error) {
    if (closed(error)) {
      return 0;
    }
    reason = name_of_rank(options.rank) + ": " + error.what();
  } catch (const std::exception& error) {
    reason = error.what();
  }
  try {
    send_error(down, reason,
               std::chrono::steady_clock::now() + options.patience);
    stay_for_the_close(up);
  } catch (const LinkError&) {
    // The head is gone: there is nobody left to tell.
  }
  return 1;
}

}  // namespace pi_ring
