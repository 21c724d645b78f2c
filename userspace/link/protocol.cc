#include "userspace/link/protocol.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

extern "C" {
#include "kmod/proto/link.h"
}

namespace pi_ring {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kFifoBytes = 65536;
constexpr uint32_t kSamplesAStep = 16;

// As in the module, an idle link polls this long before it sleeps, and ten
// times as long within an exchange. No interrupt wakes it here, so it sleeps
// only briefly.
constexpr std::chrono::microseconds kSpin{100};
constexpr std::chrono::microseconds kSpinInExchange{1000};
constexpr std::chrono::microseconds kNap{50};
constexpr std::chrono::microseconds kIdleNap{1000};

// How long the destructor waits for the neighbour to take the last bytes.
constexpr std::chrono::milliseconds kLinger{500};

}  // namespace

// The lines, the protocol's state, the thread that steps it, and the bytes
// between that thread and the link's users.
class ProtocolLink::Engine {
 public:
  Engine(std::unique_ptr<LinkLines> lines, BankRole role, std::string name)
      : name_(std::move(name)), lines_(std::move(lines)) {
    pr_link_init(&link_,
                 role == BankRole::kDownstream ? PR_DOWNSTREAM : PR_UPSTREAM,
                 std::random_device()(), &kLines, this, &kStream, this);
    thread_ = std::thread([this] { run(); });
  }

  ~Engine() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Sends as many bytes as there is room for, at least one; returns how many.
  size_t send_some(std::span<const std::byte> bytes, Deadline deadline) {
    std::unique_lock lock(mutex_);
    wait(lock, deadline, "the neighbour does not take bytes",
         [this] { return write_broken_ || to_send_.size() < kFifoBytes; });
    tell_once(write_broken_);
    const size_t count = std::min(bytes.size(), kFifoBytes - to_send_.size());
    to_send_.insert(to_send_.end(), bytes.begin(), bytes.begin() + count);
    drained_ = false;
    sent_ += count;
    changed_.notify_all();
    return count;
  }

  size_t receive_some(std::span<std::byte> bytes, Deadline deadline) {
    std::unique_lock lock(mutex_);
    wait(lock, deadline, "no bytes come from the neighbour",
         [this] { return read_broken_ || !received_.empty(); });
    tell_once(read_broken_);
    const size_t count = std::min(bytes.size(), received_.size());
    std::copy_n(received_.begin(), count, bytes.begin());
    received_.erase(received_.begin(), received_.begin() + count);
    got_ += count;
    changed_.notify_all();
    return count;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  uint64_t sent() const { return sent_; }
  uint64_t got() const { return got_; }
  const std::string& name() const { return name_; }

 private:
  static Engine& of(void* ctx) { return *static_cast<Engine*>(ctx); }

  // No exception may pass through C code: the thread rethrows it later.
  template <typename Act>
  bool guarded(const Act& act) {
    try {
      act();
      return true;
    } catch (...) {
      thrown_ = std::current_exception();
      return false;
    }
  }

  template <typename Condition>
  void wait(std::unique_lock<std::mutex>& lock, Deadline deadline,
            const char* what, const Condition& condition) {
    const auto done = [&] { return closed_ || failure_ || condition(); };
    if (deadline == kForever) {
      changed_.wait(lock, done);
    } else if (!changed_.wait_until(lock, deadline, done)) {
      throw LinkError(LinkError::Kind::kTimeout, name_ + ": " + what);
    }
    if (failure_) std::rethrow_exception(failure_);
    if (closed_) {
      throw LinkError(LinkError::Kind::kClosed, name_ + ": the link is closed");
    }
  }

  void tell_once(bool& broken) {
    if (!broken) return;
    broken = false;
    throw LinkError(LinkError::Kind::kBroken,
                    name_ +
                        ": the stream broke: the neighbour restarted, or was "
                        "lost for seconds");
  }

  void run() {
    auto moved = Clock::now();
    while (!is_over() && !thrown_) {
      const pr_pace pace = pr_link_step(&link_, now_ns(), kSamplesAStep);
      if (pace == PR_MOVED) {
        moved = Clock::now();
        note_progress();
      } else if (Clock::now() - moved <
                 (pace == PR_SLEEP ? kSpin : kSpinInExchange)) {
        make_way();
      } else {
        nap(pace);
      }
    }
    pr_link_stop(&link_);
    const std::lock_guard lock(mutex_);
    failure_ = thrown_;
    changed_.notify_all();
  }

  // On a machine of one processor the neighbour's end may run on it too, and a
  // yield may not let it run.
  static void make_way() {
    static const bool shared = std::thread::hardware_concurrency() == 1;
    if (shared) {
      std::this_thread::sleep_for(std::chrono::microseconds(1));
    } else {
      std::this_thread::yield();
    }
  }

  u64 now_ns() const { return static_cast<u64>(lines_->now().count()); }

  // The user has let go of the link, and the neighbour has all bytes or takes
  // too long.
  bool is_over() {
    const std::lock_guard lock(mutex_);
    if (!stopping_) return false;
    if (!stopping_since_) stopping_since_ = lines_->now();
    return !joined_ || (to_send_.empty() && drained_) ||
           lines_->now() - *stopping_since_ >= kLinger;
  }

  void note_progress() {
    const bool drained = pr_link_drained(&link_);
    const bool joined = pr_link_joined(&link_);
    if (drained == was_drained_ && joined == was_joined_) return;
    was_drained_ = drained;
    was_joined_ = joined;
    const std::lock_guard lock(mutex_);
    drained_ = drained;
    joined_ = joined;
    changed_.notify_all();
  }

  // Only bytes to send end the nap of an idle link early.
  void nap(pr_pace pace) {
    std::unique_lock lock(mutex_);
    const bool idle = pace == PR_SLEEP;
    changed_.wait_for(lock, idle ? kIdleNap : kNap, [this, idle] {
      return stopping_ || (idle && !to_send_.empty());
    });
  }

  size_t pull(u8* to, size_t most) {
    const std::lock_guard lock(mutex_);
    if (write_broken_) return 0;
    const size_t count = std::min(most, to_send_.size());
    for (size_t i = 0; i < count; ++i) {
      to[i] = std::to_integer<u8>(to_send_[i]);
    }
    to_send_.erase(to_send_.begin(), to_send_.begin() + count);
    was_drained_ = false;
    changed_.notify_all();
    return count;
  }

  size_t room() {
    const std::lock_guard lock(mutex_);
    return read_broken_ ? 0
                        : kFifoBytes - std::min(kFifoBytes, received_.size());
  }

  void push(const u8* bytes, size_t count) {
    const std::lock_guard lock(mutex_);
    const auto* from = reinterpret_cast<const std::byte*>(bytes);
    received_.insert(received_.end(), from, from + count);
    changed_.notify_all();
  }

  void broken() {
    const std::lock_guard lock(mutex_);
    read_broken_ = write_broken_ = true;
    received_.clear();
    to_send_.clear();
    changed_.notify_all();
  }

  static const pr_lines kLines;
  static const pr_stream kStream;

  const std::string name_;

  // Only the thread uses these once it runs.
  std::unique_ptr<LinkLines> lines_;
  pr_link link_{};
  std::exception_ptr thrown_;
  bool was_drained_ = true;
  bool was_joined_ = false;
  std::optional<std::chrono::nanoseconds> stopping_since_;

  std::mutex mutex_;  // protects what follows
  std::condition_variable changed_;
  std::deque<std::byte> to_send_;
  std::deque<std::byte> received_;
  bool drained_ = true;  // the neighbour has accepted all that left to_send_
  bool joined_ = false;
  bool read_broken_ = false;
  bool write_broken_ = false;
  bool closed_ = false;
  bool stopping_ = false;
  std::exception_ptr failure_;

  std::atomic<uint64_t> sent_ = 0;
  std::atomic<uint64_t> got_ = 0;
  std::thread thread_;
};

const pr_lines ProtocolLink::Engine::kLines = {
    .sample = [](void* ctx) -> u32 {
      u32 sample = 0;
      of(ctx).guarded([&] { sample = of(ctx).lines_->sample(); });
      return sample;
    },
    .put = [](void* ctx,
              u8 data) { of(ctx).guarded([&] { of(ctx).lines_->put(data); }); },
    .strobe =
        [](void* ctx, bool high) {
          of(ctx).guarded([&] { of(ctx).lines_->strobe(high); });
        },
    .take = [](void* ctx, u8 data) -> int {
      return of(ctx).guarded([&] { of(ctx).lines_->take(data); }) ? 0 : -EIO;
    },
    .release = [](void* ctx) -> int {
      return of(ctx).guarded([&] { of(ctx).lines_->release(); }) ? 0 : -EIO;
    },
};

const pr_stream ProtocolLink::Engine::kStream = {
    .pull = [](void* ctx, u8* to,
               size_t most) { return of(ctx).pull(to, most); },
    .room = [](void* ctx) { return of(ctx).room(); },
    .push = [](void* ctx, const u8* bytes,
               size_t count) { of(ctx).push(bytes, count); },
    .broken = [](void* ctx) { of(ctx).broken(); },
    .joined = [](void* /*ctx*/, u32 /*epoch*/) {},
    .event = nullptr,
};

ProtocolLink::ProtocolLink(std::unique_ptr<LinkLines> lines, BankRole role,
                           std::string name)
    : engine_(
          std::make_unique<Engine>(std::move(lines), role, std::move(name))) {}

ProtocolLink::~ProtocolLink() = default;

void ProtocolLink::send(std::span<const std::byte> bytes, Deadline deadline) {
  while (!bytes.empty()) {
    bytes = bytes.subspan(engine_->send_some(bytes, deadline));
  }
}

void ProtocolLink::receive(std::span<std::byte> bytes, Deadline deadline) {
  while (!bytes.empty()) {
    bytes = bytes.subspan(engine_->receive_some(bytes, deadline));
  }
}

size_t ProtocolLink::receive_some(std::span<std::byte> bytes,
                                  Deadline deadline) {
  return engine_->receive_some(bytes, deadline);
}

void ProtocolLink::close() { engine_->close(); }

uint64_t ProtocolLink::bytes_sent() const { return engine_->sent(); }

uint64_t ProtocolLink::bytes_received() const { return engine_->got(); }

const std::string& ProtocolLink::name() const { return engine_->name(); }

}  // namespace pi_ring
