// One end of a simulated link: the kernel module's C code, its lines, and the
// streams above it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "tests/proto/random.h"
#include "tests/proto/wires.h"

extern "C" {
#include "kmod/proto/link.h"
}

namespace pi_ring {

// The byte at an offset of the stream that an end writes in an epoch. Half of
// all bytes are control codes.
uint8_t stream_byte(int writer, uint32_t epoch, uint64_t offset);

class End {
 public:
  // `meanwhile` runs at each access to the lines: time passes in it, and the
  // other end may act.
  End(int number, Wires* wires, Random* random,
      std::function<void()> meanwhile);
  End(const End&) = delete;
  End& operator=(const End&) = delete;

  // From the next start() on, the lines are reached through these functions.
  // `power_off` is called when power fails.
  void reach_lines_through(const pr_lines* lines, void* lines_ctx,
                           std::function<void()> power_off);

  // For such functions: lets the other end act. False: the power is off, and
  // nothing reaches the wires.
  bool touch();

  // Runs before each step, and may change anything: the end of a hostile
  // neighbour.
  std::function<void(pr_link*)> before_step = [](pr_link*) {};

  void start(uint32_t seed);
  pr_pace step(uint64_t now_ns, uint32_t spin);

  // Power fails at the next access to the lines, or now if no step is running.
  // All pins become inputs and all state is lost; start() restarts the end.
  void crash();

  // The same at a later access, which may be in the middle of a step.
  void crash_after(int accesses) { accesses_left_ = accesses; }

  // An end writes `to_send` more bytes, and reads all bytes unless `reading` is
  // off; then they fill its buffer of `capacity` bytes.
  uint64_t to_send = 0;
  size_t most_pulled = PR_PAYLOAD_BYTES_MAX;
  size_t capacity = 4 * PR_PAYLOAD_BYTES_MAX;
  bool reading = true;
  void read(size_t most);

  int number() const { return number_; }
  const pr_link& link() const { return link_; }
  pr_state state() const { return link_.state; }
  bool running() const { return running_; }
  bool stepping() const { return stepping_; }
  bool joined() const { return running_ && pr_link_joined(&link_); }
  // Bytes of the present epoch's stream.
  uint64_t sent() const { return sent_; }
  uint64_t received() const { return received_; }
  uint64_t wrong() const { return wrong_; }
  // Since the first start(), over all restarts.
  uint64_t received_in_all() const { return received_in_all_; }
  uint64_t broken_in_all() const { return broken_in_all_; }
  uint64_t joined_in_all() const { return joined_in_all_; }
  int failing_releases = 0;  // how many calls of release() fail

 private:
  static End* of(void* ctx) { return static_cast<End*>(ctx); }
  uint32_t sample();
  void put(uint8_t data);
  void strobe(bool high);
  int take(uint8_t data);
  int release();
  size_t pull(uint8_t* to, size_t most);
  void push(const uint8_t* bytes, size_t count);
  void for_each_line(const std::function<void(int)>& change);
  void power_off();

  static const pr_lines kLines;
  static const pr_stream kStream;

  const int number_;
  Wires* const wires_;
  Random* const random_;
  const std::function<void()> meanwhile_;
  const pr_lines* lines_ = &kLines;
  void* lines_ctx_ = this;
  std::function<void()> lines_power_off_ = [] {};
  pr_link link_{};
  bool running_ = false;
  bool stepping_ = false;
  bool crashing_ = false;
  int accesses_left_ = -1;  // until power fails; negative: it does not
  uint64_t sent_ = 0;
  uint64_t received_ = 0;
  size_t unread_ = 0;
  uint64_t wrong_ = 0;
  uint64_t received_in_all_ = 0;
  uint64_t broken_in_all_ = 0;
  uint64_t joined_in_all_ = 0;
};

}  // namespace pi_ring
