// Tells a rank that stalls the ring from one that waits for another.
#include "userspace/ring/launch/stalled_rank.h"

#include <algorithm>

namespace pi_ring {
namespace {

bool is_behind(const RankView& rank) {
  return rank.passed_down < rank.offered_down ||
         rank.passed_up < rank.offered_up;
}

bool waits(const RankView& rank) {
  return rank.waits_for_data || rank.waits_for_space;
}

template <class Is>
std::optional<int> find_first(std::span<const RankView> ranks, Is is) {
  const auto found = std::find_if(ranks.begin(), ranks.end(), is);
  if (found == ranks.end()) return std::nullopt;
  return static_cast<int>(found - ranks.begin());
}

}  // namespace

std::optional<int> find_stalled_rank(std::span<const RankView> ranks) {
  // A working rank either computes or sleeps at a link. One that was stopped
  // while it slept does not count as asleep: its neighbour's bytes have
  // notified it, and it has not woken.
  const auto stuck_with_work = [](const RankView& rank) {
    return is_behind(rank) && !waits(rank);
  };
  const auto awake = [](const RankView& rank) { return !waits(rank); };
  // One thread of this rank waits for bytes while another hangs.
  const auto behind = [](const RankView& rank) {
    return is_behind(rank) && !rank.waits_for_space;
  };
  if (const auto rank = find_first(ranks, stuck_with_work)) return rank;
  if (const auto rank = find_first(ranks, awake)) return rank;
  return find_first(ranks, behind);
}

}  // namespace pi_ring
