// The mail between a rank and its two neighbours while it computes: what is to
// be sent waits for its wire, not the rank for it; what comes is fetched ahead.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "model/math/float_buffer.h"
#include "userspace/link/link.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {

// The neighbour before this rank, and the one after it.
enum class Side { kAbove = 0, kBelow = 1 };

inline Side other(Side side) {
  return side == Side::kAbove ? Side::kBelow : Side::kAbove;
}

struct Letter {
  Header header;
  FloatBuffer floats;  // the payload, and room up to a whole number of floats

  std::span<std::byte> bytes() {
    return {reinterpret_cast<std::byte*>(floats.data()), header.payload};
  }
};

// Five threads, which sleep when there is nothing to do: a sender and a
// receiver a link, and one that watches. No rank waits for room on a wire while
// it could compute, so the ring cannot jam, however little the links hold: what
// a rank waits for is always a message that somebody can send.
//
// Each neighbour hears a beat from time to time while there is nothing else to
// say, so that the silence of one that computes for minutes is told from that
// of one that is gone.
class Mail {
 public:
  // The links outlive the mail. A neighbour that says nothing for `patience`
  // is given up; `names` is who to blame then, as "rank 1", up and down.
  Mail(Link& up, Link& down, std::array<std::string, 2> names,
       std::chrono::milliseconds patience);
  // Waits until both links are closed, which is up to who owns them.
  ~Mail();
  Mail(const Mail&) = delete;
  Mail& operator=(const Mail&) = delete;

  // Takes the letter, which leaves when those before it have.
  void send(Side to, Letter letter);

  // The next letter from there; waits for it. Throws what went wrong on either
  // side, in whatever thread: LinkError, or RingError with a rank's last words.
  Letter receive(Side from);

  // A letter to fill, its payload one that was used before where one fits.
  Letter blank(Kind kind, uint32_t rows, uint32_t width, Type type);
  // Gives a letter's payload back for another one.
  void recycle(Letter letter);

  // Tells everybody that this rank cannot go on, ahead of what is to be sent.
  void send_error(const std::string& text);

  // Sleeps until the links are closed.
  void wait_for_close();

  // Sleeps until nothing is left to be sent, or so long.
  void wait_until_sent(std::chrono::milliseconds longest);

  // Puts a letter where those from there go.
  void deliver(Side from, Letter letter);

 private:
  // What the threads of one link share, under the mutex.
  struct Wire {
    Link* link = nullptr;
    std::string name;
    std::deque<Letter> outbox;
    std::deque<Letter> inbox;
    std::condition_variable filled;  // the outbox; or there is trouble
    std::condition_variable room;    // in the inbox; or there is trouble
    bool sending = false;            // a letter that has left the outbox
    bool receiving = false;          // not waiting for room in the inbox
    bool ended = false;              // the receiver, by a close or an error
    // At the watch's last look.
    uint64_t sent_before = 0;
    uint64_t received_before = 0;
    int silent_looks = 0;
  };

  // So many letters are fetched before they are asked for.
  static constexpr size_t kReadAhead = 2;

  Wire& at(Side side) { return wires_[static_cast<size_t>(side)]; }
  template <typename Work>
  static void insist(bool is_first, Work work);
  void send_letters(Side side);
  void receive_letters(Side side);
  void wait_for_room(Wire& wire);
  void put_first(Side to, Letter letter);
  bool note_trouble(const std::exception_ptr& trouble);
  bool note_trouble_locked(const std::exception_ptr& trouble);
  void watch();
  void look(Wire& wire);
  FloatBuffer take_spare(size_t floats);

  const std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;      // protects all below but the threads
  std::condition_variable news_;  // in an inbox; or there is trouble
  std::condition_variable sent_;  // a letter
  std::condition_variable stop_;
  std::array<Wire, 2> wires_;
  std::vector<FloatBuffer> spares_;
  std::exception_ptr trouble_;  // the first
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace pi_ring
