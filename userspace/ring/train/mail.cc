// The mail's threads.
#include "userspace/ring/train/mail.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

namespace pi_ring {
namespace {

// Silence is counted in looks, not by the clock: when this process itself was
// stopped (Ctrl-Z, a debugger), it has not looked, and blames nobody.
constexpr int kLooksAPatience = 8;

size_t floats_for(size_t bytes) {
  return (bytes + sizeof(float) - 1) / sizeof(float);
}

std::string describe_silence(const std::string& name,
                             std::chrono::milliseconds patience) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f s",
                static_cast<double>(patience.count()) / 1000);
  return name + " has not answered for " + seconds;
}

}  // namespace

Mail::Mail(Link& up, Link& down, std::array<std::string, 2> names,
           std::chrono::milliseconds patience)
    : patience_(patience) {
  at(Side::kAbove).link = &up;
  at(Side::kBelow).link = &down;
  for (const Side side : {Side::kAbove, Side::kBelow}) {
    at(side).name = std::move(names[static_cast<size_t>(side)]);
    threads_.emplace_back([this, side] { send_letters(side); });
    threads_.emplace_back([this, side] { receive_letters(side); });
  }
  threads_.emplace_back([this] { watch(); });
}

Mail::~Mail() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Wire& wire : wires_) {
      wire.filled.notify_all();
      wire.room.notify_all();
    }
  }
  stop_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Mail::send(Side to, Letter letter) {
  const std::lock_guard lock(mutex_);
  at(to).outbox.push_back(std::move(letter));
  at(to).filled.notify_one();
}

Letter Mail::receive(Side from) {
  Wire& wire = at(from);
  std::unique_lock lock(mutex_);
  news_.wait(lock, [&] { return !wire.inbox.empty() || trouble_; });
  // What came before the trouble is still good.
  if (wire.inbox.empty()) std::rethrow_exception(trouble_);
  Letter letter = std::move(wire.inbox.front());
  wire.inbox.pop_front();
  wire.room.notify_one();
  return letter;
}

Letter Mail::blank(Kind kind, uint32_t rows, uint32_t width, Type type) {
  Letter letter;
  letter.header.kind = kind;
  letter.header.type = type;
  letter.header.rows = rows;
  letter.header.width = width;
  letter.header.payload =
      static_cast<uint32_t>(size_t{rows} * bytes_of_row(type, width));
  letter.floats = take_spare(floats_for(letter.header.payload));
  return letter;
}

void Mail::recycle(Letter letter) {
  // Rows are of one size or two; texts are not.
  if (letter.header.type == Type::kBytes) return;
  const std::lock_guard lock(mutex_);
  spares_.push_back(std::move(letter.floats));
}

FloatBuffer Mail::take_spare(size_t floats) {
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

void Mail::send_error(const std::string& text) {
  for (const Side side : {Side::kAbove, Side::kBelow}) {
    Letter letter = blank(Kind::kError, 1, static_cast<uint32_t>(text.size()),
                          Type::kBytes);
    std::memcpy(letter.bytes().data(), text.data(), text.size());
    put_first(side, std::move(letter));
  }
}

// Nobody will need the rest.
void Mail::put_first(Side to, Letter letter) {
  const std::lock_guard lock(mutex_);
  at(to).outbox.clear();
  at(to).outbox.push_back(std::move(letter));
  at(to).filled.notify_one();
}

void Mail::wait_for_close() {
  std::unique_lock lock(mutex_);
  news_.wait(lock, [this] { return wires_[0].ended && wires_[1].ended; });
}

void Mail::wait_until_sent(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  sent_.wait_for(lock, longest, [this] {
    return std::ranges::all_of(wires_, [](const Wire& wire) {
      return wire.outbox.empty() && !wire.sending;
    });
  });
}

bool Mail::note_trouble(const std::exception_ptr& trouble) {
  const std::lock_guard lock(mutex_);
  return note_trouble_locked(trouble);
}

// Whether it is the first.
bool Mail::note_trouble_locked(const std::exception_ptr& trouble) {
  if (trouble_) return false;
  trouble_ = trouble;
  news_.notify_all();
  for (Wire& wire : wires_) wire.room.notify_all();
  return true;
}

// Before the first letter has passed there was nothing to be lost: a break that
// is told then was one of the run before, in a direction that it did not use.
template <typename Work>
void Mail::insist(bool is_first, Work work) {
  for (;;) {
    try {
      work();
      return;
    } catch (const LinkError& error) {
      if (!is_first || error.kind() != LinkError::Kind::kBroken) throw;
    }
  }
}

void Mail::send_letters(Side side) {
  Wire& wire = at(side);
  try {
    std::unique_lock lock(mutex_);
    for (bool is_first = true;; is_first = false) {
      wire.filled.wait(lock, [&] { return !wire.outbox.empty() || stopping_; });
      if (stopping_) return;
      Letter letter = std::move(wire.outbox.front());
      wire.outbox.pop_front();
      wire.sending = true;
      lock.unlock();
      insist(is_first, [&] {
        send_message(*wire.link, letter.header, letter.bytes(), kForever);
      });
      recycle(std::move(letter));
      lock.lock();
      wire.sending = false;
      sent_.notify_all();
    }
  } catch (...) {
    note_trouble(std::current_exception());
  }
}

void Mail::receive_letters(Side side) {
  Wire& wire = at(side);
  try {
    for (bool is_first = true;; is_first = false) {
      wait_for_room(wire);
      Letter letter;
      insist(is_first, [&] {
        letter.header = receive_header(*wire.link, kForever);
        letter.floats = take_spare(floats_for(letter.header.payload));
        wire.link->receive(letter.bytes(), kForever);
      });
      deliver(side, std::move(letter));
    }
  } catch (...) {
    note_trouble(std::current_exception());
  }
  const std::lock_guard lock(mutex_);
  wire.receiving = false;
  wire.ended = true;
  news_.notify_all();
}

// Once there is trouble, letters are fetched and dropped, so that those behind
// them, which may tell of it, get through. Until the link is closed: whoever
// sends on it must not be left waiting.
void Mail::wait_for_room(Wire& wire) {
  std::unique_lock lock(mutex_);
  wire.receiving = false;
  wire.room.wait(lock, [&] {
    return wire.inbox.size() < kReadAhead || trouble_ || stopping_;
  });
  wire.receiving = true;
}

void Mail::deliver(Side side, Letter letter) {
  if (letter.header.kind == Kind::kBeat) return;
  // A rank that starts anew has lost the training, and that ends it.
  if (letter.header.kind == Kind::kError || letter.header.kind == Kind::kAnew) {
    const RingError error(text_of(letter.bytes()));
    // Once, or it would go round for ever.
    if (note_trouble(std::make_exception_ptr(error))) {
      put_first(other(side), std::move(letter));
    }
    return;
  }
  const std::lock_guard lock(mutex_);
  if (trouble_) return;
  at(side).inbox.push_back(std::move(letter));
  news_.notify_all();
}

void Mail::watch() {
  const auto pause = patience_ / kLooksAPatience;
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, pause, [this] { return stopping_; })) {
    for (Wire& wire : wires_) look(wire);
  }
}

// With the mutex held.
void Mail::look(Wire& wire) {
  const uint64_t sent = wire.link->bytes_sent();
  if (sent == wire.sent_before && wire.outbox.empty()) {
    wire.outbox.push_back({.header = {.kind = Kind::kBeat}, .floats = {}});
    wire.filled.notify_one();
  }
  wire.sent_before = sent;
  const uint64_t received = wire.link->bytes_received();
  const bool silent = wire.receiving && received == wire.received_before;
  wire.received_before = received;
  wire.silent_looks = silent ? wire.silent_looks + 1 : 0;
  if (wire.silent_looks <= kLooksAPatience) return;
  note_trouble_locked(std::make_exception_ptr(LinkError(
      LinkError::Kind::kTimeout, describe_silence(wire.name, patience_))));
}

}  // namespace pi_ring
