// Two bounded queues, each behind a mutex.
#include "userspace/link/memory.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace pi_ring {
namespace {

// One direction.
class Pipe {
 public:
  explicit Pipe(size_t capacity) : capacity_(capacity) {}

  void write(std::span<const std::byte> bytes, Deadline deadline) {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (closed_) throw_closed();
      if (std::exchange(writer_untold_, false)) throw_broken();
      bytes = bytes.subspan(put(bytes));
      if (bytes.empty()) return;
      const auto ready = [this] {
        return queue_.size() < capacity_ || writer_untold_ || closed_;
      };
      if (!wait(lock, ready, deadline)) {
        throw_timeout("the neighbour did not take the bytes in time");
      }
    }
  }

  void read(std::span<std::byte> bytes, Deadline deadline) {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (std::exchange(reader_untold_, false)) throw_broken();
      bytes = bytes.subspan(take(bytes));
      if (bytes.empty()) return;
      if (closed_) throw_closed();
      const auto ready = [this] {
        return !queue_.empty() || reader_untold_ || closed_;
      };
      if (!wait(lock, ready, deadline)) {
        throw_timeout("the neighbour did not send the bytes in time");
      }
    }
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  // Break the stream. The end that asked for it is not told.
  void break_by_reader() { break_off(true, false); }
  void break_by_writer() { break_off(false, true); }
  void break_for_both() { break_off(true, true); }

  uint64_t written() const {
    const std::lock_guard lock(mutex_);
    return taken_ + queue_.size();
  }

  uint64_t taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  [[noreturn]] static void throw_closed() {
    throw LinkError(LinkError::Kind::kClosed, "the link is closed");
  }
  [[noreturn]] static void throw_broken() {
    throw LinkError(LinkError::Kind::kBroken, "the stream broke");
  }
  [[noreturn]] static void throw_timeout(const char* what) {
    throw LinkError(LinkError::Kind::kTimeout, what);
  }

  void break_off(bool tell_writer, bool tell_reader) {
    const std::lock_guard lock(mutex_);
    taken_ += queue_.size();
    queue_.clear();
    writer_untold_ = tell_writer;
    reader_untold_ = tell_reader;
    changed_.notify_all();
  }

  // All below are called with the mutex held.
  size_t put(std::span<const std::byte> bytes) {
    const size_t count = std::min(bytes.size(), capacity_ - queue_.size());
    queue_.insert(queue_.end(), bytes.begin(), bytes.begin() + count);
    if (count > 0) changed_.notify_all();
    return count;
  }

  size_t take(std::span<std::byte> bytes) {
    const size_t count = std::min(bytes.size(), queue_.size());
    std::copy_n(queue_.begin(), count, bytes.begin());
    queue_.erase(queue_.begin(), queue_.begin() + count);
    taken_ += count;
    if (count > 0) changed_.notify_all();
    return count;
  }

  template <class Ready>
  bool wait(std::unique_lock<std::mutex>& lock, Ready ready,
            Deadline deadline) {
    if (deadline != kForever) {
      return changed_.wait_until(lock, deadline, ready);
    }
    changed_.wait(lock, ready);
    return true;
  }

  const size_t capacity_;
  mutable std::mutex mutex_;  // protects all below
  std::condition_variable changed_;
  std::deque<std::byte> queue_;
  uint64_t taken_ = 0;
  bool writer_untold_ = false;  // the writer has not learned of a break
  bool reader_untold_ = false;
  bool closed_ = false;
};

class MemoryEnd : public Link {
 public:
  MemoryEnd(std::shared_ptr<Pipe> out, std::shared_ptr<Pipe> in)
      : out_(std::move(out)), in_(std::move(in)) {}
  ~MemoryEnd() override { close_both(); }

  void send(std::span<const std::byte> bytes, Deadline deadline) override {
    out_->write(bytes, deadline);
  }
  void receive(std::span<std::byte> bytes, Deadline deadline) override {
    in_->read(bytes, deadline);
  }
  void reset_stream() override {
    out_->break_by_writer();
    in_->break_by_reader();
  }
  void close() override { close_both(); }

  void break_for_both() {
    out_->break_for_both();
    in_->break_for_both();
  }

  uint64_t bytes_sent() const override { return out_->written(); }
  uint64_t bytes_received() const override { return in_->taken(); }

 private:
  void close_both() {
    out_->close();
    in_->close();
  }

  std::shared_ptr<Pipe> out_;
  std::shared_ptr<Pipe> in_;
};

}  // namespace

void break_memory_link(Link& end) {
  dynamic_cast<MemoryEnd&>(end).break_for_both();
}

std::pair<std::unique_ptr<Link>, std::unique_ptr<Link>> make_memory_link(
    size_t capacity) {
  if (capacity == 0) throw std::invalid_argument("a link that holds nothing");
  auto one_way = std::make_shared<Pipe>(capacity);
  auto other_way = std::make_shared<Pipe>(capacity);
  return {std::make_unique<MemoryEnd>(one_way, other_way),
          std::make_unique<MemoryEnd>(other_way, one_way)};
}

}  // namespace pi_ring
