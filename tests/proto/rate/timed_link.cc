// Each end runs on a stack of its own. The one runs whose next access is the
// earlier, so a read sees all that was written before it, and the outcome
// depends on costs only.
#include "tests/proto/rate/timed_link.h"

#include <ucontext.h>

#include <algorithm>
#include <array>
#include <deque>
#include <vector>

extern "C" {
#include "kmod/pins/registers.h"
#include "kmod/proto/link.h"
}

namespace pi_ring {
namespace {

constexpr uint32_t kSamplesAStep = 128;  // as kmod/thread.c
constexpr uint64_t kUncountedBytes = 2 * PR_PAYLOAD_BYTES_MAX;
constexpr uint64_t kCountedBytes = 6 * PR_PAYLOAD_BYTES_MAX;
// Instructions of the driver for each access and each step, counted on its code
// for x86: an assumption for ARM, as is one instruction a cycle.
constexpr double kInstructionsARead = 35;
constexpr double kInstructionsAWrite = 30;
constexpr double kInstructionsAStep = 300;
constexpr double kInstructionsToGather =
    40;  // eight lines that are not in a row

class TimedEnd;

enum class Kind { kSet, kClear, kLevel, kOutput, kInput };

struct Cell {
  TimedEnd* end;
  Kind kind;
};

// Which levels an end's lines have had since when.
struct Change {
  double at_ns;
  uint32_t levels;
  uint32_t outputs;
};

class TimedLink;

class TimedEnd {
 public:
  TimedEnd(TimedLink* link, const Board& board, bool downstream);

  void run();  // until the link has counted its bytes
  uint32_t read();
  void write(Kind kind, uint32_t value);
  void turn(bool outputs, uint8_t data);

  double now_ns() const { return now_ns_; }
  const Change& at(double ns);
  void count_from_here() { reads_ = writes_ = 0; }
  uint64_t reads() const { return reads_; }
  uint64_t writes() const { return writes_; }

  ucontext_t context{};

 private:
  void spend_instructions(double count) { now_ns_ += count / board_.clock_ghz; }
  void post();
  size_t pull(uint8_t* to, size_t most) const;
  void push(size_t count);

  static TimedEnd* of(void* ctx) { return static_cast<TimedEnd*>(ctx); }
  static const pr_stream kStream;
  static const pr_lines kTurn;

  TimedLink* const link_;
  const Board board_;
  const bool downstream_;
  std::array<Cell, 5> cells_;
  pi_ring_registers registers_{};
  pr_link protocol_{};
  double now_ns_;
  double settled_ns_ = 0;  // when the last write is on the lines
  uint32_t latch_ = 0;
  uint32_t outputs_ = 0;
  std::deque<Change> changes_{{0, 0, 0}};
  uint64_t reads_ = 0;
  uint64_t writes_ = 0;
};

class TimedLink {
 public:
  explicit TimedLink(const Board& board)
      : down_(this, board, true), up_(this, board, false) {}

  LinkRate run();

  // The end waits until the other has come past its time.
  void wait_for_turn(TimedEnd* end);
  TimedEnd* other(const TimedEnd* end) { return end == &down_ ? &up_ : &down_; }
  void received(size_t count, double now_ns);
  bool done() const { return bytes_ >= kUncountedBytes + kCountedBytes; }

 private:
  static void run_end();
  void give_stack(TimedEnd* end);

  static constexpr size_t kStackBytes = 256 << 10;
  inline static TimedEnd* starts_ = nullptr;  // the end whose stack begins

  TimedEnd down_;
  TimedEnd up_;
  ucontext_t caller_{};
  std::vector<std::vector<char>> stacks_;
  uint64_t bytes_ = 0;
  uint64_t counted_ = 0;
  double first_ns_ = 0;
  double last_ns_ = 0;
};

const pr_stream TimedEnd::kStream = {
    .pull = [](void* ctx, u8* to,
               size_t most) { return of(ctx)->pull(to, most); },
    .room = [](void*) -> size_t { return 1U << 20; },
    .push = [](void* ctx, const u8*, size_t count) { of(ctx)->push(count); },
    .broken = [](void*) {},
    .joined = [](void*, u32) {},
    .event = nullptr,
};

const pr_lines TimedEnd::kTurn = {
    .sample = nullptr,
    .put = nullptr,
    .strobe = nullptr,
    .take = [](void* ctx, u8 data) -> int {
      of(ctx)->turn(true, data);
      return 0;
    },
    .release = [](void* ctx) -> int {
      of(ctx)->turn(false, 0);
      return 0;
    },
};

TimedEnd::TimedEnd(TimedLink* link, const Board& board, bool downstream)
    : link_(link),
      board_(board),
      downstream_(downstream),
      cells_{{{this, Kind::kSet},
              {this, Kind::kClear},
              {this, Kind::kLevel},
              {this, Kind::kOutput},
              {this, Kind::kInput}}},
      now_ns_(downstream ? 1 : 38) {
  registers_.set = &cells_[0];
  registers_.clear = &cells_[1];
  registers_.level = &cells_[2];
  registers_.output = board.turns ? &cells_[3] : nullptr;
  registers_.input = board.turns ? &cells_[4] : nullptr;
  registers_.turn = &kTurn;
  registers_.turn_ctx = this;
  registers_.strobe = 1U << (downstream ? 24 : 25);
  registers_.peer = 1U << (downstream ? 25 : 24);
  for (int i = 0; i < PI_RING_DATA_LINES; ++i) registers_.line[i] = 16 + i;
  pi_ring_registers_index(&registers_);
  pr_link_init(&protocol_, downstream ? PR_DOWNSTREAM : PR_UPSTREAM, 77,
               &pi_ring_registers_lines, &registers_, &kStream, this);
}

void TimedEnd::run() {
  while (!link_->done()) {
    const pr_pace pace =
        pr_link_step(&protocol_, static_cast<uint64_t>(now_ns_), kSamplesAStep);
    spend_instructions(kInstructionsAStep);
    if (pace == PR_SLEEP) now_ns_ += 1000;
  }
}

// The read pushes the writes before it to the lines, and looks half-way.
uint32_t TimedEnd::read() {
  now_ns_ = std::max(now_ns_ + board_.read_ns / 2, settled_ns_);
  link_->wait_for_turn(this);
  ++reads_;
  const Change& own = changes_.back();
  const Change& peer = link_->other(this)->at(now_ns_);
  const uint32_t strobe = peer.levels & registers_.peer;
  const uint32_t driven =
      (own.levels & own.outputs) | (peer.levels & peer.outputs);
  now_ns_ += board_.read_ns / 2;
  spend_instructions(kInstructionsARead);
  if (!registers_.in_a_row) spend_instructions(kInstructionsToGather);
  return strobe | (driven & registers_.data);
}

void TimedEnd::write(Kind kind, uint32_t value) {
  if (kind == Kind::kSet) latch_ |= value;
  if (kind == Kind::kClear) latch_ &= ~value;
  if (kind == Kind::kOutput) outputs_ |= value;
  if (kind == Kind::kInput) outputs_ &= ~value;
  post();
}

void TimedEnd::post() {
  ++writes_;
  settled_ns_ = std::max(settled_ns_, now_ns_ + board_.write_ns);
  changes_.push_back({settled_ns_, latch_, outputs_});
  now_ns_ += board_.post_ns;
  spend_instructions(kInstructionsAWrite);
}

// Each line is turned by a read and a write of its function register.
void TimedEnd::turn(bool outputs, uint8_t data) {
  now_ns_ += PI_RING_DATA_LINES * board_.read_ns;
  if (outputs) latch_ = (latch_ & ~registers_.data) | registers_.lines_of[data];
  outputs_ = outputs ? registers_.data : 0;
  post();
}

const Change& TimedEnd::at(double ns) {
  while (changes_.size() > 1 && changes_[1].at_ns <= ns) changes_.pop_front();
  return changes_.front();
}

size_t TimedEnd::pull(uint8_t* to, size_t most) const {
  if (!downstream_) return 0;
  for (size_t i = 0; i < most; ++i) to[i] = static_cast<uint8_t>(i * 151);
  return most;
}

void TimedEnd::push(size_t count) { link_->received(count, now_ns_); }

void TimedLink::wait_for_turn(TimedEnd* end) {
  TimedEnd* peer = other(end);
  if (done() || end->now_ns() < peer->now_ns() ||
      (end->now_ns() == peer->now_ns() && end == &down_)) {
    return;
  }
  starts_ = peer;
  swapcontext(&end->context, &peer->context);
}

void TimedLink::received(size_t count, double now_ns) {
  bytes_ += count;
  if (bytes_ < kUncountedBytes) return;
  if (first_ns_ == 0) {
    first_ns_ = now_ns;
    down_.count_from_here();
  } else {
    counted_ += count;
  }
  last_ns_ = now_ns;
}

void TimedLink::run_end() { starts_->run(); }

void TimedLink::give_stack(TimedEnd* end) {
  getcontext(&end->context);
  end->context.uc_stack.ss_sp = stacks_.emplace_back(kStackBytes).data();
  end->context.uc_stack.ss_size = kStackBytes;
  end->context.uc_link = &caller_;
  makecontext(&end->context, run_end, 0);
}

// The end that counts the last byte returns to here.
LinkRate TimedLink::run() {
  give_stack(&down_);
  give_stack(&up_);
  starts_ = &down_;
  swapcontext(&caller_, &down_.context);
  const auto bytes = static_cast<double>(counted_);
  return {.bytes_per_second = bytes / (last_ns_ - first_ns_) * 1e9,
          .reads_a_byte = static_cast<double>(down_.reads()) / bytes,
          .writes_a_byte = static_cast<double>(down_.writes()) / bytes};
}

}  // namespace

LinkRate link_rate(const Board& board) { return TimedLink(board).run(); }

}  // namespace pi_ring

extern "C" u32 readl_relaxed(const void* address) {
  return static_cast<const pi_ring::Cell*>(address)->end->read();
}

extern "C" void writel_relaxed(u32 value, void* address) {
  const auto* cell = static_cast<const pi_ring::Cell*>(address);
  cell->end->write(cell->kind, value);
}
