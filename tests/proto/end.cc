// The lines of an end change one after another, and the other end may act in
// between.
#include "tests/proto/end.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

extern "C" {
#include "kmod/proto/codes.h"
}

namespace pi_ring {
namespace {

constexpr std::array<uint8_t, 11> kCodes = {
    PR_FLOAT,   PR_IDLE, PR_START, PR_START2, PR_READY, PR_GRANT,
    PR_TRAILER, PR_GOOD, PR_WISH,  PR_BAD,    PR_BUSY};

}  // namespace

uint8_t stream_byte(int writer, uint32_t epoch, uint64_t offset) {
  const uint64_t mixed =
      mix(offset * 2 + writer + (static_cast<uint64_t>(epoch) << 32));
  const uint8_t low = mixed & 0xff;
  return mixed & 0x100 ? low : kCodes[low % kCodes.size()];
}

const pr_lines End::kLines = {
    .sample = [](void* ctx) { return of(ctx)->sample(); },
    .put = [](void* ctx, u8 data) { of(ctx)->put(data); },
    .strobe = [](void* ctx, bool high) { of(ctx)->strobe(high); },
    .take = [](void* ctx, u8 data) { return of(ctx)->take(data); },
    .release = [](void* ctx) { return of(ctx)->release(); },
};

const pr_stream End::kStream = {
    .pull = [](void* ctx, u8* to, size_t most) -> size_t {
      return of(ctx)->pull(to, most);
    },
    .room = [](void* ctx) -> size_t {
      return of(ctx)->capacity - of(ctx)->unread_;
    },
    .push = [](void* ctx, const u8* bytes,
               size_t count) { of(ctx)->push(bytes, count); },
    .broken =
        [](void* ctx) {
          ++of(ctx)->broken_in_all_;
          of(ctx)->sent_ = of(ctx)->received_ = 0;
        },
    .joined =
        [](void* ctx, u32) {
          ++of(ctx)->joined_in_all_;
          of(ctx)->sent_ = of(ctx)->received_ = 0;
        },
    .event = nullptr,
};

End::End(int number, Wires* wires, Random* random,
         std::function<void()> meanwhile)
    : number_(number),
      wires_(wires),
      random_(random),
      meanwhile_(std::move(meanwhile)) {}

void End::start(uint32_t seed) {
  pr_link_init(&link_, number_ == 0 ? PR_DOWNSTREAM : PR_UPSTREAM, seed, lines_,
               lines_ctx_, &kStream, this);
  sent_ = received_ = unread_ = 0;
  running_ = true;
}

pr_pace End::step(uint64_t now_ns, uint32_t spin) {
  stepping_ = true;
  before_step(&link_);
  const pr_pace pace = pr_link_step(&link_, now_ns, spin);
  stepping_ = false;
  if (crashing_) power_off();
  return pace;
}

void End::crash() {
  crashing_ = true;
  if (!stepping_) power_off();
}

void End::reach_lines_through(const pr_lines* lines, void* lines_ctx,
                              std::function<void()> power_off) {
  lines_ = lines;
  lines_ctx_ = lines_ctx;
  lines_power_off_ = std::move(power_off);
}

void End::power_off() {
  lines_power_off_();
  crashing_ = running_ = false;
  accesses_left_ = -1;
  for (int line = 0; line < 8; ++line) wires_->let_float(number_, line);
  wires_->set_strobe(number_, false);
}

bool End::touch() {
  if (accesses_left_ >= 0 && accesses_left_-- == 0) crashing_ = true;
  if (!crashing_) meanwhile_();
  if (crashing_) {
    for (int line = 0; line < 8; ++line) wires_->let_float(number_, line);
    wires_->set_strobe(number_, false);
  }
  return !crashing_;
}

void End::read(size_t most) { unread_ -= std::min(unread_, most); }

// Reads the strobe first and then the data, as a slow pins layer does.
uint32_t End::sample() {
  if (!touch()) return 0;
  bool strobe = wires_->peer_strobe(number_);
  if (random_->once_in(wires_->faults.glitch_rate)) strobe = !strobe;
  if (random_->once_in(4) && !touch()) return 0;
  uint32_t data = wires_->data(number_);
  if (random_->once_in(wires_->faults.sample_error_rate))
    data ^= 1u << random_->below(8);
  return data | (strobe ? PR_SAMPLE_STROBE : 0);
}

// Calls `change` for all eight lines, from any first line, in either direction.
void End::for_each_line(const std::function<void(int)>& change) {
  const int first = random_->below(8);
  const int stride = random_->once_in(2) ? 1 : 7;
  for (int i = 0; i < 8; ++i) {
    change((first + i * stride) % 8);
    if (random_->once_in(8) && !touch()) return;
  }
}

void End::put(uint8_t data) {
  if (!touch()) return;
  if (random_->once_in(wires_->faults.put_error_rate))
    data ^= 1u << random_->below(8);
  for_each_line(
      [&](int line) { wires_->drive(number_, line, data >> line & 1); });
}

void End::strobe(bool high) {
  if (touch()) wires_->set_strobe(number_, high);
}

int End::take(uint8_t data) {
  if (touch()) {
    for_each_line(
        [&](int line) { wires_->drive(number_, line, data >> line & 1); });
  }
  return 0;
}

int End::release() {
  if (failing_releases > 0) {
    --failing_releases;
    return -EIO;
  }
  if (touch())
    for_each_line([&](int line) { wires_->let_float(number_, line); });
  return 0;
}

size_t End::pull(uint8_t* to, size_t most) {
  const size_t count =
      std::min({most, most_pulled, static_cast<size_t>(to_send)});
  for (size_t i = 0; i < count; ++i)
    to[i] = stream_byte(number_, link_.session.epoch, sent_++);
  to_send -= count;
  return count;
}

void End::push(const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    wrong_ +=
        bytes[i] != stream_byte(1 - number_, link_.session.epoch, received_++);
  }
  received_in_all_ += count;
  if (!reading) unread_ += count;
}

}  // namespace pi_ring
