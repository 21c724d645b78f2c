// The lines of an end change one after another, with the other end at work in
// between.
#include "end.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace pi_ring {
namespace {

constexpr std::array<uint8_t, 11> kCodes = {
    PR_FLOAT,   PR_IDLE, PR_START, PR_START2, PR_READY, PR_GRANT,
    PR_TRAILER, PR_GOOD, PR_WISH,  PR_BAD,    PR_BUSY};

}  // namespace

uint8_t StreamByte(int writer, uint32_t epoch, uint64_t offset) {
  const uint64_t mixed =
      Mix(offset * 2 + writer + (static_cast<uint64_t>(epoch) << 32));
  const uint8_t low = mixed & 0xff;
  return mixed & 0x100 ? low : kCodes[low % kCodes.size()];
}

const pr_lines End::kLines = {
    .sample = [](void* ctx) { return Of(ctx)->Sample(); },
    .put = [](void* ctx, u8 data) { Of(ctx)->Put(data); },
    .strobe = [](void* ctx, bool high) { Of(ctx)->Strobe(high); },
    .take = [](void* ctx, u8 data) { return Of(ctx)->Take(data); },
    .release = [](void* ctx) { return Of(ctx)->Release(); },
};

const pr_stream End::kStream = {
    .pull = [](void* ctx, u8* to, size_t most) -> size_t {
      return Of(ctx)->Pull(to, most);
    },
    .room = [](void* ctx) -> size_t {
      return Of(ctx)->capacity - Of(ctx)->unread_;
    },
    .push = [](void* ctx, const u8* bytes,
               size_t count) { Of(ctx)->Push(bytes, count); },
    .broken =
        [](void* ctx) {
          ++Of(ctx)->broken_in_all_;
          Of(ctx)->sent_ = Of(ctx)->received_ = 0;
        },
    .joined =
        [](void* ctx, u32) {
          ++Of(ctx)->joined_in_all_;
          Of(ctx)->sent_ = Of(ctx)->received_ = 0;
        },
    .event = nullptr,
};

End::End(int number, Wires* wires, Random* random,
         std::function<void()> meanwhile)
    : number_(number),
      wires_(wires),
      random_(random),
      meanwhile_(std::move(meanwhile)) {}

void End::Start(uint32_t seed) {
  pr_link_init(&link_, number_ == 0 ? PR_DOWNSTREAM : PR_UPSTREAM, seed,
               &kLines, this, &kStream, this);
  sent_ = received_ = unread_ = 0;
  running_ = true;
}

pr_pace End::Step(uint64_t now_ns, uint32_t spin) {
  stepping_ = true;
  const pr_pace pace = pr_link_step(&link_, now_ns, spin);
  stepping_ = false;
  if (crashing_) PowerOff();
  return pace;
}

void End::Crash() {
  crashing_ = true;
  if (!stepping_) PowerOff();
}

void End::PowerOff() {
  crashing_ = running_ = false;
  accesses_left_ = -1;
  for (int line = 0; line < 8; ++line) wires_->Float(number_, line);
  wires_->SetStrobe(number_, false);
}

bool End::Touch() {
  if (accesses_left_ >= 0 && accesses_left_-- == 0) crashing_ = true;
  if (!crashing_) meanwhile_();
  if (crashing_) {
    for (int line = 0; line < 8; ++line) wires_->Float(number_, line);
    wires_->SetStrobe(number_, false);
  }
  return !crashing_;
}

void End::Read(size_t most) { unread_ -= std::min(unread_, most); }

// Register by register, as a slow pins layer does it: the strobe first, then
// the data.
uint32_t End::Sample() {
  if (!Touch()) return 0;
  bool strobe = wires_->PeerStrobe(number_);
  if (random_->OnceIn(wires_->faults.glitch_rate)) strobe = !strobe;
  if (random_->OnceIn(4) && !Touch()) return 0;
  uint32_t data = wires_->Data(number_);
  if (random_->OnceIn(wires_->faults.sample_error_rate))
    data ^= 1u << random_->Below(8);
  return data | (strobe ? PR_SAMPLE_STROBE : 0);
}

// All eight lines, beginning anywhere, in either direction.
void End::ForEachLine(const std::function<void(int)>& touch) {
  const int first = random_->Below(8);
  const int stride = random_->OnceIn(2) ? 1 : 7;
  for (int i = 0; i < 8; ++i) {
    touch((first + i * stride) % 8);
    if (random_->OnceIn(8) && !Touch()) return;
  }
}

void End::Put(uint8_t data) {
  if (!Touch()) return;
  if (random_->OnceIn(wires_->faults.put_error_rate))
    data ^= 1u << random_->Below(8);
  ForEachLine(
      [&](int line) { wires_->Drive(number_, line, data >> line & 1); });
}

void End::Strobe(bool high) {
  if (Touch()) wires_->SetStrobe(number_, high);
}

int End::Take(uint8_t data) {
  if (Touch()) {
    ForEachLine(
        [&](int line) { wires_->Drive(number_, line, data >> line & 1); });
  }
  return 0;
}

int End::Release() {
  if (failing_releases > 0) {
    --failing_releases;
    return -EIO;
  }
  if (Touch()) ForEachLine([&](int line) { wires_->Float(number_, line); });
  return 0;
}

size_t End::Pull(uint8_t* to, size_t most) {
  const size_t count =
      std::min({most, most_pulled, static_cast<size_t>(to_send)});
  for (size_t i = 0; i < count; ++i)
    to[i] = StreamByte(number_, link_.session.epoch, sent_++);
  to_send -= count;
  return count;
}

void End::Push(const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    wrong_ +=
        bytes[i] != StreamByte(1 - number_, link_.session.epoch, received_++);
  }
  received_in_all_ += count;
  if (!reading) unread_ += count;
}

}  // namespace pi_ring
