// How a Pi tells its neighbour which of its lines it has heard: by how often it
// answers. Both ends know this file.
//
// Only two wires move at a time. Who asks raises one line; who answers raises
// its strobe, which nobody else ever drives; the first falls, then the other.
// That is done again and again, and the answer to one time too many stays out:
// the number of answers names the lines. Levels decide, so neither may be too
// slow, and no wire is driven from both ends.
#pragma once

#include <bitset>

#include "userspace/wires/ends.h"

namespace pi_ring {

using Heard = std::bitset<kWires>;

// Who answers and hears nothing raises its strobe this long and this often, so
// that its neighbour knows that it is there, and to listen.
inline constexpr Ends::Time kBeacon{20'000};
inline constexpr Ends::Time kBeaconPause{400'000};

// An answer that lasts longer is none of these.
inline constexpr Ends::Time kSurelyNoBeacon{2 * kBeacon};

// No answer comes later than this; after a rest the count begins anew.
inline constexpr Ends::Time kPatience{300'000};
inline constexpr Ends::Time kNewCount{200'000};

// Nobody asks for so long: a line that is high for longer is stuck.
inline constexpr Ends::Time kForgotten{1'000'000};

// Between two looks.
inline constexpr Ends::Time kLook{500};

// One line is its number and 1; two lines are the numbers above these. More
// than two have none, and get no answer.
constexpr size_t number_of_pair(size_t low, size_t high) {
  return kWires + high * (high - 1) / 2 + low + 1;
}
inline constexpr size_t kMostAnswers = number_of_pair(kWires - 2, kWires - 1);

inline size_t answers_for(const Heard& heard) {
  if (heard.count() == 0 || heard.count() > 2) return 0;
  const size_t low = heard._Find_first();
  return heard.count() == 1 ? low + 1
                            : number_of_pair(low, heard._Find_next(low));
}

inline Heard heard_for(size_t answers) {
  Heard heard;
  if (answers == 0) return heard;
  if (answers <= kWires) return heard.set(answers - 1);
  for (size_t high = 1; high < kWires; ++high) {
    for (size_t low = 0; low < high; ++low) {
      if (number_of_pair(low, high) == answers) heard.set(low).set(high);
    }
  }
  return heard;
}

}  // namespace pi_ring
