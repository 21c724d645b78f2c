// A link between two ends on a hostile wire: whatever happens to it, no wrong
// byte arrives, and once the wire is good and the neighbour honest the link
// works again.
#include <algorithm>
#include <array>
#include <vector>

#include "tests/fuzz/choices.h"
#include "tests/fuzz/target.h"
#include "tests/proto/simulation.h"

extern "C" {
#include "kmod/proto/codes.h"
#include "kmod/proto/frame.h"
}

namespace pi_ring {
namespace {

// The frames that an end with a mind of its own sends in place of its honest
// ones. The other end cannot tell them by their CRC.
class HostileFrames {
 public:
  explicit HostileFrames(Choices& choices) : choices_(choices) {}

  void replace(pr_link* link) {
    const bool at_first = link->state == PR_SEND_START;
    if (at_first && !was_at_first_ && choices_.once_in(3)) rewrite(link);
    was_at_first_ = at_first;
  }

 private:
  void rewrite(pr_link* link) {
    pr_session& session = link->session;
    bytes_.assign(session.out, session.out + session.out_count);
    bytes_.resize(std::max<size_t>(bytes_.size(), PR_FRAME_BYTES_MIN + 1));
    size_t length = bytes_.size() - PR_FRAME_BYTES_MIN - 1;
    if (choices_.once_in(2)) length = choices_.byte();
    if (choices_.once_in(16)) length = choices_.word() % 4096;
    bytes_.resize(PR_FRAME_BYTES_MIN + length + 1);
    write_header(length);
    if (length > 0) {
      bytes_[PR_AT_PAYLOAD + choices_.below(std::min<size_t>(length, 8))] =
          choices_.byte();
    }
    bytes_.back() = PR_TRAILER;
    session.out = bytes_.data();
    session.out_count = static_cast<u16>(bytes_.size());
  }

  void write_header(size_t length) {
    constexpr std::array<uint8_t, 4> kKinds = {PR_KIND_EMPTY, PR_KIND_DATA,
                                               PR_KIND_HELLO, PR_KIND_WELCOME};
    uint8_t kind = bytes_[PR_AT_KIND];
    uint8_t sequence = bytes_[PR_AT_SEQUENCE];
    uint32_t epoch = pr_frame_get_u32(&bytes_[PR_AT_EPOCH]);
    if (choices_.once_in(3)) kind = kKinds[choices_.below(kKinds.size())];
    if (choices_.once_in(3)) sequence += choices_.byte();
    if (choices_.once_in(4)) epoch = choices_.edge(epoch);
    pr_frame_seal(bytes_.data(), kind, sequence, epoch,
                  static_cast<u16>(length));
  }

  Choices& choices_;
  bool was_at_first_ = false;
  std::vector<uint8_t> bytes_;
};

WireFaults faults_of(Choices& choices) {
  WireFaults faults;
  const auto rate = [&] { return uint64_t{choices.byte()} * 40; };
  if (choices.once_in(2)) faults.sample_error_rate = rate();
  if (choices.once_in(2)) faults.put_error_rate = rate();
  if (choices.once_in(4)) faults.glitch_rate = 10 * rate();
  if (choices.once_in(8)) faults.stuck_low = choices.byte();
  if (choices.once_in(8)) faults.stuck_high = choices.byte();
  if (choices.once_in(8)) faults.open = choices.byte();
  if (choices.once_in(8)) faults.strobe_open[choices.below(kEnds)] = true;
  return faults;
}

void act(Simulation& link, Choices& choices) {
  const int number = static_cast<int>(choices.below(kEnds));
  End& end = link.end(number);
  switch (choices.below(7)) {
    case 0:
      end.to_send += choices.byte();
      link.wake(number);
      break;
    case 1:
      link.wires.faults = faults_of(choices);
      break;
    case 2:
      link.restart(number);
      break;
    case 3:
      link.stall(number, choices.byte() * kMillisecond);
      break;
    case 4:
      end.failing_releases = static_cast<int>(choices.below(4));
      break;
    case 5:
      end.reading = choices.once_in(2);
      end.read(choices.byte());
      end.most_pulled = 1 + choices.byte();
      break;
    default:
      break;
  }
  const uint64_t for_ns = (1 + choices.byte()) * kMillisecond / 8;
  link.run(for_ns, [&link] { return link.drained(); });
}

// What was sent in an epoch is known on both sides only while none is hostile.
void check_streams(Simulation& link) {
  for (int i = 0; i < kEnds; ++i) {
    require(link.end(i).wrong() == 0, "a wrong byte: " + link.describe());
  }
}

// Everything is well from now on: the ends start over and move some bytes.
void check_recovery(Simulation& link) {
  link.wires.faults = {};
  for (int i = 0; i < kEnds; ++i) {
    End& end = link.end(i);
    end.before_step = [](pr_link*) {};
    end.failing_releases = 0;
    end.reading = true;
    end.read(SIZE_MAX);
    end.to_send = 0;
    link.restart(i);
  }
  require(link.run_until_joined(10 * kSecond), "no join: " + link.describe());
  link.end(0).to_send = link.end(1).to_send = 20;
  link.wake(0);
  link.wake(1);
  require(link.run_until_drained(10 * kSecond), "no end: " + link.describe());
}

// Returns whether a stream began before the end.
bool accepts_link(std::string_view bytes) {
  Choices choices(bytes.substr(0, 512));
  Simulation link(choices.word());
  HostileFrames hostile(choices);
  const bool is_hostile = choices.once_in(2);
  if (is_hostile) {
    link.end(static_cast<int>(choices.below(kEnds))).before_step =
        [&hostile](pr_link* end) { hostile.replace(end); };
  }
  link.start_both();
  link.end(0).to_send = link.end(1).to_send = 20;
  do {
    act(link, choices);
    if (!is_hostile) check_streams(link);
  } while (!choices.are_used_up());
  const bool has_joined = link.end(0).joined_in_all() > 0;
  check_recovery(link);
  return has_joined;
}

std::vector<std::string> link_seeds() {
  const std::string seed{0, 0, 0, 1};
  const std::string honest{0, 0};
  const std::string hostile{1, 0};
  const std::string wait{0, 6, '\x7f'};
  const std::string send{1, 0, '\x20', '\x7f'};
  const std::string restart{1, 2, '\x7f'};
  const std::string noise{0, 1, 1, 9, 1, 9, 0, 0, 0, 0, 0, '\x7f'};
  return {seed + honest + wait + send + restart + wait,
          seed + honest + wait + noise + send + wait,
          seed + hostile + wait + send + restart + send};
}

const AddedTarget kLink({"link", accepts_link, link_seeds});

}  // namespace
}  // namespace pi_ring
