// The queues and their threads.
#include "userspace/ring/train/message_queues.h"

#include <algorithm>
#include <span>
#include <utility>

#include "model/base/start_thread.h"
#include "userspace/ring/message/wording.h"

namespace pi_ring {
namespace {

// Silence is counted in checks and not by the clock: while this process itself
// is stopped (by Ctrl-Z or a debugger) it does not check, and blames nobody.
constexpr int kChecksAPatience = 8;

size_t floats_for(size_t bytes) {
  return (bytes + sizeof(float) - 1) / sizeof(float);
}

}  // namespace

MessageQueues::MessageQueues(Link& up, Link& down,
                             std::array<std::string, 2> names,
                             std::chrono::milliseconds patience,
                             std::optional<Message> first)
    : patience_(patience) {
  at(Side::kUpstream).link = &up;
  at(Side::kDownstream).link = &down;
  for (const Side side : {Side::kUpstream, Side::kDownstream}) {
    at(side).name = std::move(names[static_cast<size_t>(side)]);
  }
  if (first) at(Side::kUpstream).received.push_back(std::move(*first));
  try {
    start_threads();
  } catch (...) {
    stop_threads();
    throw;
  }
}

MessageQueues::~MessageQueues() { stop_threads(); }

// Holds the mutex, so that no thread uses a link before all have started: where
// one does not start, the others have to end while the links are open.
void MessageQueues::start_threads() {
  const std::lock_guard lock(mutex_);
  for (const Side side : {Side::kUpstream, Side::kDownstream}) {
    threads_.push_back(start_thread([this, side] { send_messages(side); }));
    threads_.push_back(start_thread([this, side] { receive_messages(side); }));
  }
  threads_.push_back(start_thread([this] { watch(); }));
}

void MessageQueues::stop_threads() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Neighbour& neighbour : neighbours_) {
      neighbour.filled.notify_all();
      neighbour.room.notify_all();
    }
  }
  stop_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void MessageQueues::send(Side to, Message message) {
  const std::lock_guard lock(mutex_);
  at(to).to_send.push_back(std::move(message));
  at(to).filled.notify_one();
}

Message MessageQueues::receive(Side from) {
  Neighbour& neighbour = at(from);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !neighbour.received.empty() || error_; });
  // Messages that arrived before the error are still valid.
  if (neighbour.received.empty()) std::rethrow_exception(error_);
  Message message = std::move(neighbour.received.front());
  neighbour.received.pop_front();
  neighbour.room.notify_one();
  return message;
}

Message MessageQueues::blank(Kind kind, uint32_t rows, uint32_t width,
                             RowFormat format) {
  Message message;
  message.header.kind = kind;
  message.header.format = format;
  message.header.rows = rows;
  message.header.width = width;
  message.header.payload =
      static_cast<uint32_t>(size_t{rows} * bytes_of_row(format, width));
  message.floats = take_spare(floats_for(message.header.payload));
  return message;
}

void MessageQueues::recycle(Message message) {
  // Rows have one size or two, texts have many.
  if (message.header.format == RowFormat::kBytes) return;
  const std::lock_guard lock(mutex_);
  spares_.push_back(std::move(message.floats));
}

FloatBuffer MessageQueues::take_spare(size_t floats) {
  if (floats == 0) return {};
  const std::lock_guard lock(mutex_);
  const auto fits = std::ranges::find_if(
      spares_,
      [=](const FloatBuffer& spare) { return spare.size() == floats; });
  if (fits == spares_.end()) return FloatBuffer(floats);
  FloatBuffer spare = std::move(*fits);
  spares_.erase(fits);
  return spare;
}

void MessageQueues::send_error(const std::string& text) {
  for (const Side side : {Side::kUpstream, Side::kDownstream}) {
    Message message = blank(Kind::kError, 1, static_cast<uint32_t>(text.size()),
                            RowFormat::kBytes);
    std::ranges::copy(std::as_bytes(std::span(text)), message.bytes().begin());
    send_only(side, std::move(message));
  }
}

// Drops what is queued: nobody will need it.
void MessageQueues::send_only(Side to, Message message) {
  const std::lock_guard lock(mutex_);
  at(to).to_send.clear();
  at(to).to_send.push_back(std::move(message));
  at(to).filled.notify_one();
}

void MessageQueues::wait_for_close() {
  std::unique_lock lock(mutex_);
  changed_.wait(
      lock, [this] { return neighbours_[0].ended && neighbours_[1].ended; });
}

void MessageQueues::wait_until_sent(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  sent_.wait_for(lock, longest, [this] {
    return std::ranges::all_of(neighbours_, [](const Neighbour& neighbour) {
      return neighbour.to_send.empty() && !neighbour.sending;
    });
  });
}

bool MessageQueues::note_error(const std::exception_ptr& error) {
  const std::lock_guard lock(mutex_);
  return note_error_locked(error);
}

// Returns whether it is the first.
bool MessageQueues::note_error_locked(const std::exception_ptr& error) {
  if (error_) return false;
  error_ = error;
  changed_.notify_all();
  for (Neighbour& neighbour : neighbours_) neighbour.room.notify_all();
  return true;
}

// Before the first message has passed, a break has lost nothing: it is one of
// the run before, in a direction that this run has not used yet.
template <typename Work>
void MessageQueues::retry_broken_first(bool is_first, Work work) {
  for (;;) {
    try {
      work();
      return;
    } catch (const LinkError& error) {
      if (!is_first || error.kind() != LinkError::Kind::kBroken) throw;
    }
  }
}

void MessageQueues::send_messages(Side side) {
  Neighbour& neighbour = at(side);
  try {
    std::unique_lock lock(mutex_);
    for (bool is_first = true;; is_first = false) {
      neighbour.filled.wait(
          lock, [&] { return !neighbour.to_send.empty() || stopping_; });
      if (stopping_) return;
      Message message = std::move(neighbour.to_send.front());
      neighbour.to_send.pop_front();
      neighbour.sending = true;
      lock.unlock();
      retry_broken_first(is_first, [&] {
        send_message(*neighbour.link, message.header, message.bytes(),
                     kForever);
      });
      recycle(std::move(message));
      lock.lock();
      neighbour.sending = false;
      sent_.notify_all();
    }
  } catch (...) {
    note_error(std::current_exception());
  }
}

void MessageQueues::receive_messages(Side side) {
  Neighbour& neighbour = at(side);
  try {
    for (bool is_first = true;; is_first = false) {
      if (!wait_for_room(neighbour)) break;
      Message message;
      retry_broken_first(is_first, [&] {
        message.header = receive_header(*neighbour.link, kForever);
        message.floats = take_spare(floats_for(message.header.payload));
        neighbour.link->receive(message.bytes(), kForever);
      });
      deliver(side, std::move(message));
    }
  } catch (...) {
    note_error(std::current_exception());
  }
  const std::lock_guard lock(mutex_);
  neighbour.receiving = false;
  neighbour.ended = true;
  changed_.notify_all();
}

// After an error, messages are received and dropped until the link is closed:
// the neighbour must not have to wait to send, and its later messages may say
// why. Returns false where the queues end.
bool MessageQueues::wait_for_room(Neighbour& neighbour) {
  std::unique_lock lock(mutex_);
  neighbour.receiving = false;
  neighbour.room.wait(lock, [&] {
    return neighbour.received.size() < kReadAhead || error_ || stopping_;
  });
  neighbour.receiving = !stopping_;
  return neighbour.receiving;
}

void MessageQueues::deliver(Side side, Message message) {
  if (message.header.kind == Kind::kHeartbeat) return;
  // A rank that restarts has lost the training, which ends it.
  if (message.header.kind == Kind::kError ||
      message.header.kind == Kind::kReset) {
    const RingError reason(text_of(message.bytes()));
    // Passed on once only, or it would go round without end.
    if (note_error(std::make_exception_ptr(reason))) {
      send_only(other(side), std::move(message));
    }
    return;
  }
  const std::lock_guard lock(mutex_);
  if (error_) return;
  at(side).received.push_back(std::move(message));
  changed_.notify_all();
}

void MessageQueues::watch() {
  const auto pause = patience_ / kChecksAPatience;
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, pause, [this] { return stopping_; })) {
    for (Neighbour& neighbour : neighbours_) check_silence(neighbour);
  }
}

// Called with the mutex held.
void MessageQueues::check_silence(Neighbour& neighbour) {
  const uint64_t sent = neighbour.link->bytes_sent();
  if (sent == neighbour.sent_before && neighbour.to_send.empty()) {
    neighbour.to_send.push_back(
        {.header = {.kind = Kind::kHeartbeat}, .floats = {}});
    neighbour.filled.notify_one();
  }
  neighbour.sent_before = sent;
  const uint64_t received = neighbour.link->bytes_received();
  const bool silent =
      neighbour.receiving && received == neighbour.received_before;
  neighbour.received_before = received;
  neighbour.silent_checks = silent ? neighbour.silent_checks + 1 : 0;
  if (neighbour.silent_checks <= kChecksAPatience) return;
  note_error_locked(std::make_exception_ptr(
      LinkError(LinkError::Kind::kTimeout,
                describe_silence(neighbour.name, patience_), patience_)));
}

}  // namespace pi_ring
