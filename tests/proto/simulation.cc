// Interleaves two ends at random, down to single accesses of the lines.
#include "tests/proto/simulation.h"

#include <algorithm>
#include <sstream>

namespace pi_ring {
namespace {

// After this many steps without a move, nothing happens before a deadline.
constexpr int kStillSteps = 8;

}  // namespace

Simulation::Simulation(uint64_t seed)
    : random(seed),
      end0_(0, &wires, &random, [this] { meanwhile(0); }),
      end1_(1, &wires, &random, [this] { meanwhile(1); }) {}

void Simulation::start(int number) {
  end(number).start(static_cast<uint32_t>(random.next()));
  pace_[number] = PR_MOVED;
}

void Simulation::start_both() {
  start(0);
  start(1);
}

void Simulation::restart(int number) {
  end(number).crash();
  start(number);
}

void Simulation::stall(int number, uint64_t for_ns) {
  stalled_until_ns_[number] = now_ns_ + for_ns;
}

// An access takes 20 to 120 ns, and the other end may act within it.
void Simulation::meanwhile(int number) {
  now_ns_ += 20 + random.below(100);
  const int other = 1 - number;
  if (end(other).stepping() || !random.once_in(interleave_rate)) return;
  for (uint64_t i = random.between(1, 6); i > 0; --i)
    if (awake(other)) step_once(other, 3);
}

bool Simulation::awake(int number) {
  if (!end(number).running() || now_ns_ < stalled_until_ns_[number])
    return false;
  const uint64_t edges = wires.edges(1 - number);
  if (edges != seen_edges_[number] && !wires.faults.strobe_open[1 - number]) {
    seen_edges_[number] = edges;
    doorbell_[number] = true;
  }
  const bool sleeps =
      pace_[number] == PR_SLEEP || (doorbells_only && pace_[number] == PR_POLL);
  return !sleeps || doorbell_[number] ||
         now_ns_ >= end(number).link().deadline_ns;
}

void Simulation::step_once(int number, uint32_t most_spin) {
  doorbell_[number] = false;
  ++steps_;
  pace_[number] = end(number).step(now_ns_, random.between(1, most_spin));
  if (pace_[number] == PR_MOVED) {
    still_ = 0;
  } else if (!end(1 - number).stepping()) {
    ++still_;
  }
  now_ns_ += random.below(200);
}

void Simulation::skip_to_next_deadline() {
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

bool Simulation::run(uint64_t for_ns, const std::function<bool()>& done) {
  const uint64_t until_ns = now_ns_ + for_ns;
  while (!done()) {
    if (now_ns_ >= until_ns) return false;
    const int first = random.below(2);
    const bool a = awake(first);
    if (a) step_once(first, most_spin);
    if (a && random.once_in(2)) continue;
    const bool b = awake(1 - first);
    if (b) step_once(1 - first, most_spin);
    if ((!a && !b) || still_ >= kStillSteps) skip_to_next_deadline();
  }
  return true;
}

bool Simulation::run_until_joined(uint64_t for_ns) {
  return run(for_ns, [this] {
    return end0_.joined() && end1_.joined() &&
           end0_.link().session.epoch == end1_.link().session.epoch;
  });
}

bool Simulation::drained() {
  for (int i = 0; i < kEnds; ++i) {
    if (end(i).to_send != 0 || !pr_link_drained(&end(i).link()) ||
        end(1 - i).received() != end(i).sent())
      return false;
  }
  return end0_.joined() && end1_.joined();
}

bool Simulation::run_until_drained(uint64_t for_ns) {
  return run(for_ns, [this] { return drained(); });
}

std::string Simulation::describe() {
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
