// Frames, one after the other, as a hostile neighbour may send and answer them:
// the session keeps its promises to the streams above it.
#include <algorithm>
#include <array>
#include <vector>

#include "tests/fuzz/choices.h"
#include "tests/fuzz/target.h"

extern "C" {
#include "kmod/proto/codes.h"
#include "kmod/proto/crc32c.h"
#include "kmod/proto/incoming.h"
#include "kmod/proto/link.h"
#include "kmod/proto/moves.h"
#include "kmod/proto/outgoing.h"
#include "kmod/proto/session.h"
}

namespace pi_ring {
namespace {

constexpr size_t kMostRoom = 2 * PR_PAYLOAD_BYTES_MAX;

// One end of a link, whose lines nobody reads.
class LoneEnd {
 public:
  LoneEnd(pr_role role, uint32_t seed) {
    pr_link_init(&link_, role, seed, &kLines, this, &kStream, this);
    if (role == PR_DOWNSTREAM) pr_session_hello(&link_);
  }
  LoneEnd(const LoneEnd&) = delete;
  LoneEnd& operator=(const LoneEnd&) = delete;

  pr_link& link() { return link_; }
  bool was_joined() const { return was_joined_; }
  size_t& room() { return room_; }
  size_t& to_send() { return to_send_; }

  // Takes a frame from the neighbour as the listener does.
  void receive(const std::vector<uint8_t>& bytes) {
    pr_incoming_begin(&link_.session);
    for (const uint8_t byte : bytes) {
      if (!pr_incoming_add(&link_.session, byte)) return recover();
    }
    pr_incoming_judge(&link_);
    if (link_.session.verdict == PR_REJECTED) recover();
  }

  // Sends a frame, which the neighbour answers.
  void send(uint8_t answer) {
    pr_outgoing_choose(&link_);
    const pr_session& session = link_.session;
    require(session.out_count <= sizeof session.rx, "a frame is too long");
    volatile uint8_t last = session.out[session.out_count - 1];
    static_cast<void>(last);
    pr_outgoing_answered(&link_, answer);
  }

  void check() const {
    for (const struct pr_outgoing& tx : link_.session.tx) {
      require(tx.count <= PR_PAYLOAD_BYTES_MAX, "a payload is too long");
    }
    require(is_joined_ == link_.session.joined,
            "the stream was told otherwise than the session is");
  }

 private:
  static LoneEnd& of(void* ctx) { return *static_cast<LoneEnd*>(ctx); }

  void recover() {
    pr_session_lose(&link_);
    if (link_.role == PR_DOWNSTREAM) pr_session_hello(&link_);
  }

  size_t pull(u8* to, size_t most) {
    require(is_joined_, "bytes are taken for a stream that has not begun");
    const size_t count = std::min(most, to_send_);
    std::fill_n(to, count, 0xa5);
    to_send_ -= count;
    return count;
  }

  void push(const u8* bytes, size_t count) {
    require(is_joined_, "bytes arrive for a stream that has not begun");
    require(count <= room_, "more bytes arrive than there is room for");
    volatile u8 sum = 0;
    for (size_t i = 0; i < count; ++i) sum = sum ^ bytes[i];
    room_ -= count;
  }

  void begin() {
    require(!is_joined_, "a stream begins twice");
    is_joined_ = was_joined_ = true;
  }

  void end() {
    require(is_joined_, "a stream ends that has not begun");
    is_joined_ = false;
  }

  static const pr_lines kLines;
  static const pr_stream kStream;

  pr_link link_{};
  size_t room_ = kMostRoom;
  size_t to_send_ = 0;
  bool is_joined_ = false;
  bool was_joined_ = false;
};

const pr_lines LoneEnd::kLines = {
    .sample = [](void* /*ctx*/) -> u32 { return 0; },
    .put = [](void* /*ctx*/, u8 /*data*/) {},
    .strobe = [](void* /*ctx*/, bool /*high*/) {},
    .take = [](void* /*ctx*/, u8 /*data*/) { return 0; },
    .release = [](void* /*ctx*/) { return 0; },
};

const pr_stream LoneEnd::kStream = {
    .pull = [](void* ctx, u8* to,
               size_t most) { return of(ctx).pull(to, most); },
    .room = [](void* ctx) { return of(ctx).room_; },
    .push = [](void* ctx, const u8* bytes,
               size_t count) { of(ctx).push(bytes, count); },
    .broken = [](void* ctx) { of(ctx).end(); },
    .joined = [](void* ctx, u32 /*epoch*/) { of(ctx).begin(); },
    .event = nullptr,
};

// What an honest neighbour of the end would put into its next frame.
struct HonestFrame {
  uint8_t kind;
  uint8_t sequence;
  uint32_t epoch;
  std::vector<uint8_t> payload;
};

HonestFrame greeting_for(const pr_session& session, bool is_hello) {
  HonestFrame frame{
      static_cast<uint8_t>(is_hello ? PR_KIND_HELLO : PR_KIND_WELCOME),
      0,
      is_hello ? 7U : session.proposal,
      {PR_VERSION, session.tx_sequence}};
  if (is_hello) {
    frame.payload.resize(PR_HELLO_BYTES);
    pr_frame_put_u32(&frame.payload[2], session.epoch);
  }
  return frame;
}

HonestFrame next_frame_for(const pr_link& link, Choices& choices) {
  const bool is_upstream = link.role == PR_UPSTREAM;
  if (!link.session.epoch || link.session.awaits_welcome) {
    return greeting_for(link.session, is_upstream);
  }
  const size_t length = choices.once_in(3) ? 0 : choices.byte();
  const std::string_view payload = choices.take(length);
  return {static_cast<uint8_t>(length == 0 ? PR_KIND_EMPTY : PR_KIND_DATA),
          link.session.rx_sequence,
          link.session.epoch,
          {payload.begin(), payload.end()}};
}

void damage(HonestFrame& frame, const pr_session& session, Choices& choices) {
  constexpr std::array<uint8_t, 5> kKinds = {PR_KIND_EMPTY, PR_KIND_DATA,
                                             PR_KIND_HELLO, PR_KIND_WELCOME, 0};
  switch (choices.below(7)) {
    case 0:
      frame.kind = kKinds[choices.below(kKinds.size())];
      break;
    case 1:
      frame.sequence += static_cast<uint8_t>(choices.edge(frame.sequence));
      break;
    case 2:
      frame.epoch = choices.edge(frame.epoch);
      break;
    case 3:
      frame.epoch = choices.once_in(2) ? session.proposal : session.epoch;
      break;
    case 4:
      frame = greeting_for(session, choices.once_in(2));
      break;
    case 5:
      frame.payload.resize(choices.edge(PR_PAYLOAD_BYTES_MAX) % 4096);
      break;
    default:
      if (frame.payload.empty()) frame.payload.resize(1);
      frame.payload[choices.below(frame.payload.size())] = choices.byte();
  }
}

std::vector<uint8_t> sealed(const HonestFrame& frame) {
  std::vector<uint8_t> bytes(PR_FRAME_BYTES_MIN + frame.payload.size());
  std::ranges::copy(frame.payload, bytes.begin() + PR_AT_PAYLOAD);
  pr_frame_seal(bytes.data(), frame.kind, frame.sequence, frame.epoch,
                static_cast<u16>(frame.payload.size()));
  bytes.push_back(PR_TRAILER);
  return bytes;
}

void receive_one(LoneEnd& end, Choices& choices) {
  HonestFrame frame = next_frame_for(end.link(), choices);
  while (choices.once_in(4)) damage(frame, end.link().session, choices);
  std::vector<uint8_t> bytes = sealed(frame);
  if (choices.once_in(16)) bytes.resize(choices.edge(20) % 4096);
  if (choices.once_in(16) && !bytes.empty()) {
    bytes[choices.below(bytes.size())] ^= 1;
  }
  end.receive(bytes);
}

void send_one(LoneEnd& end, Choices& choices) {
  if (end.link().session.lost && !end.link().session.owes_hello &&
      !end.link().session.owes_welcome) {
    return;  // an end without lines has nothing to send on
  }
  end.send(pr_offers[choices.once_in(4) ? choices.below(PR_OFFERS) : 0]);
}

// A moment passes, and the program above the link reads and writes.
void let_time_pass(LoneEnd& end, Choices& choices) {
  end.link().now_ns += uint64_t{choices.byte()} << choices.below(28);
  pr_session_expire(&end.link());
  end.room() = std::min<size_t>(kMostRoom, choices.word());
  end.to_send() = choices.word() % (3 * PR_PAYLOAD_BYTES_MAX);
}

// Returns whether a stream began.
bool accepts_frames(std::string_view bytes) {
  Choices choices(bytes);
  LoneEnd end(choices.once_in(2) ? PR_UPSTREAM : PR_DOWNSTREAM, choices.word());
  while (!choices.are_used_up()) {
    switch (choices.below(3)) {
      case 0:
        receive_one(end, choices);
        break;
      case 1:
        send_one(end, choices);
        break;
      default:
        let_time_pass(end, choices);
    }
    end.check();
  }
  return end.was_joined();
}

std::vector<std::string> frame_seeds() {
  const std::string seed{0, 0, 0, 1};
  // Send HELLO, receive WELCOME; or receive HELLO, send WELCOME. Then move
  // data.
  const std::string send{1, 0};
  const std::string receive{0, 0, 4, 'd', 'a', 't', 'a', 0, 0, 0};
  const std::string greet_and_receive{0, 0, 0, 0};
  const std::string pass{2, 9, 9, 0, 0, 9, 0, 0, 0, 1, 0};
  return {std::string(1, '\0') + seed + send + greet_and_receive + pass + send +
              receive + send + receive,
          std::string(1, '\1') + seed + greet_and_receive + send + pass +
              receive + send + receive};
}

const AddedTarget kFrame({"frame", accepts_frames, frame_seeds});

}  // namespace
}  // namespace pi_ring
