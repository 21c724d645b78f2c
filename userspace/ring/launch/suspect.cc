// Tells a rank that holds others up from one that is held up.
#include "userspace/ring/launch/suspect.h"

#include <algorithm>

namespace pi_ring {
namespace {

bool owes(const RankView& rank) {
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

std::optional<int> find_suspect(std::span<const RankView> ranks) {
  // A sound rank either has work or sleeps at a link. One that was stopped in
  // its sleep does not count as asleep: its neighbour's bytes rang the bell,
  // and it did not come.
  const auto stuck_with_work = [](const RankView& rank) {
    return owes(rank) && !waits(rank);
  };
  const auto awake = [](const RankView& rank) { return !waits(rank); };
  // For a rank that listens with one thread while it hangs with another.
  const auto in_debt = [](const RankView& rank) {
    return owes(rank) && !rank.waits_for_space;
  };
  if (const auto rank = find_first(ranks, stuck_with_work)) return rank;
  if (const auto rank = find_first(ranks, awake)) return rank;
  return find_first(ranks, in_debt);
}

}  // namespace pi_ring
