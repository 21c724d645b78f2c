// Interleaves two ends at random, down to single wire accesses.
#include "simulation.h"

#include <algorithm>
#include <sstream>

namespace pi_ring {
namespace {

// After so many idle looks of the ends, nothing will happen until a deadline.
constexpr int kStillSteps = 8;

}  // namespace

Simulation::Simulation(uint64_t seed)
    : random(seed),
      end0_(0, &wires, &random, [this] { Meanwhile(0); }),
      end1_(1, &wires, &random, [this] { Meanwhile(1); }) {}

void Simulation::Start(int number) {
  end(number).Start(static_cast<uint32_t>(random.Next()));
  pace_[number] = PR_MOVED;
}

void Simulation::StartBoth() {
  Start(0);
  Start(1);
}

void Simulation::Restart(int number) {
  end(number).Crash();
  Start(number);
}

void Simulation::Stall(int number, uint64_t for_ns) {
  stalled_until_ns_[number] = now_ns_ + for_ns;
}

// A wire access takes 20 to 120 ns, and the other end does something in it.
void Simulation::Meanwhile(int number) {
  now_ns_ += 20 + random.Below(100);
  const int other = 1 - number;
  if (end(other).stepping() || !random.OnceIn(interleave_rate)) return;
  for (uint64_t i = random.Between(1, 6); i > 0; --i)
    if (Awake(other)) StepOnce(other, 3);
}

bool Simulation::Awake(int number) {
  if (!end(number).running() || now_ns_ < stalled_until_ns_[number])
    return false;
  const uint64_t edges = wires.Edges(1 - number);
  if (edges != seen_edges_[number] && !wires.faults.strobe_open[1 - number]) {
    seen_edges_[number] = edges;
    bell_[number] = true;
  }
  const bool sleeps =
      pace_[number] == PR_SLEEP || (doorbells_only && pace_[number] == PR_POLL);
  return !sleeps || bell_[number] || now_ns_ >= end(number).link().deadline_ns;
}

void Simulation::StepOnce(int number, uint32_t most_spin) {
  bell_[number] = false;
  ++steps_;
  pace_[number] = end(number).Step(now_ns_, random.Between(1, most_spin));
  if (pace_[number] == PR_MOVED) {
    still_ = 0;
  } else if (!end(1 - number).stepping()) {
    ++still_;
  }
  now_ns_ += random.Below(200);
}

void Simulation::SkipToNextDeadline() {
  uint64_t next_ns = now_ns_ + 100 * kMillisecond;
  for (int i = 0; i < kEnds; ++i) {
    if (!end(i).running()) continue;
    const uint64_t due_ns =
        std::max<uint64_t>(end(i).link().deadline_ns, stalled_until_ns_[i]);
    next_ns = std::min(next_ns, std::max(due_ns, now_ns_ + 1000));
  }
  now_ns_ = next_ns;
  still_ = 0;
}

bool Simulation::Run(uint64_t for_ns, const std::function<bool()>& done) {
  const uint64_t until_ns = now_ns_ + for_ns;
  while (!done()) {
    if (now_ns_ >= until_ns) return false;
    const int first = random.Below(2);
    const bool a = Awake(first);
    if (a) StepOnce(first, most_spin);
    if (a && random.OnceIn(2)) continue;
    const bool b = Awake(1 - first);
    if (b) StepOnce(1 - first, most_spin);
    if ((!a && !b) || still_ >= kStillSteps) SkipToNextDeadline();
  }
  return true;
}

bool Simulation::RunUntilJoined(uint64_t for_ns) {
  return Run(for_ns, [this] {
    return end0_.joined() && end1_.joined() &&
           end0_.link().session.epoch == end1_.link().session.epoch;
  });
}

bool Simulation::Drained() {
  for (int i = 0; i < kEnds; ++i) {
    if (end(i).to_send != 0 || !pr_link_drained(&end(i).link()) ||
        end(1 - i).received() != end(i).sent())
      return false;
  }
  return end0_.joined() && end1_.joined();
}

bool Simulation::RunUntilDrained(uint64_t for_ns) {
  return Run(for_ns, [this] { return Drained(); });
}

std::string Simulation::Describe() {
  std::ostringstream out;
  out << "at " << now_ns_ / 1000 << " us";
  for (int i = 0; i < kEnds; ++i) {
    const pr_link& link = end(i).link();
    out << "; end " << i << " in " << pr_state_name(link.state) << " epoch "
        << link.session.epoch << " sent " << end(i).sent() << " received "
        << end(i).received() << " to send " << end(i).to_send << " timeouts "
        << link.stats.timeouts << " nonsense " << link.stats.nonsense
        << " recoveries " << link.stats.recoveries << " repeats "
        << link.stats.repeats << " refusals " << link.stats.refusals
        << " crc errors " << link.stats.crc_errors << " turnarounds "
        << link.stats.turnarounds << " broken " << link.stats.broken;
  }
  return out.str();
}

}  // namespace pi_ring
