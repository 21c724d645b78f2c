// Exchanges messages with both neighbours while the rank computes: what it
// sends waits in a queue, and what arrives is received ahead.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "model/math/float_buffer.h"
#include "userspace/link/link.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {

// The neighbour before this rank, and the one after it.
enum class Side { kUpstream = 0, kDownstream = 1 };

inline Side other(Side side) {
  return side == Side::kUpstream ? Side::kDownstream : Side::kUpstream;
}

struct Message {
  Header header;
  FloatBuffer floats;  // the payload, in a whole number of floats

  std::span<std::byte> bytes() {
    return {reinterpret_cast<std::byte*>(floats.data()), header.payload};
  }
};

// Has five threads, which sleep while there is nothing to do: a sender and a
// receiver for each link, and one that watches for silence. A rank never waits
// to send, so the ring cannot deadlock, however little the links hold: whatever
// a rank waits for, its neighbour can send.
//
// A sender with nothing else to send sends a heartbeat from time to time. So a
// neighbour that computes for minutes is told from one that is gone.
class MessageQueues {
 public:
  // The links outlive the queues. A neighbour that sends nothing for `patience`
  // is given up; `names` is what errors call the neighbours up and down, as
  // "rank 1". Throws std::runtime_error where a thread does not start; the
  // links are then as they were. `first` has arrived from above already.
  MessageQueues(Link& up, Link& down, std::array<std::string, 2> names,
                std::chrono::milliseconds patience,
                std::optional<Message> first = std::nullopt);
  // Waits until both links are closed, which is the job of their owner.
  ~MessageQueues();
  MessageQueues(const MessageQueues&) = delete;
  MessageQueues& operator=(const MessageQueues&) = delete;

  // Queues the message, to be sent after those before it.
  void send(Side to, Message message);

  // Waits for the next message and returns it. Throws the first error of either
  // side and any thread: LinkError, or RingError with the reason of a rank that
  // gave up.
  Message receive(Side from);

  // Returns a message to fill in. Its payload is a recycled one where one fits.
  Message blank(Kind kind, uint32_t rows, uint32_t width, RowFormat format);
  // Keeps a message's payload for a later one.
  void recycle(Message message);

  // Tells all ranks that this one cannot go on. Drops what is still queued.
  void send_error(const std::string& text);

  // Returns when both links are closed.
  void wait_for_close();

  // Returns when everything is sent, or after `longest`.
  void wait_until_sent(std::chrono::milliseconds longest);

 private:
  // What the threads of one link share, under the mutex.
  struct Neighbour {
    Link* link = nullptr;
    std::string name;
    std::deque<Message> to_send;
    std::deque<Message> received;
    std::condition_variable filled;  // to_send has grown, or this ends
    std::condition_variable room;  // received has shrunk, or there is an error
    bool sending = false;          // a message that has left to_send
    bool receiving = false;        // not waiting for room in received
    bool ended = false;            // the receiver, by a close or an error
    // At the last check for silence.
    uint64_t sent_before = 0;
    uint64_t received_before = 0;
    int silent_checks = 0;
  };

  // The most messages that are received before the rank asks for them.
  static constexpr size_t kReadAhead = 2;

  Neighbour& at(Side side) { return neighbours_[static_cast<size_t>(side)]; }
  template <typename Work>
  static void retry_broken_first(bool is_first, Work work);
  void start_threads();
  void stop_threads();
  void send_messages(Side side);
  void receive_messages(Side side);
  bool wait_for_room(Neighbour& neighbour);
  void deliver(Side from, Message message);
  void send_only(Side to, Message message);
  bool note_error(const std::exception_ptr& error);
  bool note_error_locked(const std::exception_ptr& error);
  void watch();
  void check_silence(Neighbour& neighbour);
  FloatBuffer take_spare(size_t floats);

  const std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;         // protects all below but the threads
  std::condition_variable changed_;  // a message or an error has arrived
  std::condition_variable sent_;     // a message was sent
  std::condition_variable stop_;
  std::array<Neighbour, 2> neighbours_;
  std::vector<FloatBuffer> spares_;
  std::exception_ptr error_;  // the first
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace pi_ring
