// How a Pi tells its neighbour which of its lines have risen: by the number of
// its answers. Both ends follow this file.
//
// Only two wires move at a time. The asking end raises one line. The answering
// end raises its strobe, which no other end ever drives. The line falls, then
// the strobe. This is repeated until the answering end stops answering: the
// number of its answers names the lines. Levels decide, so the speed of the
// ends does not matter, and no wire is driven from both ends.
#pragma once

#include <bitset>

#include "userspace/wires/ends.h"

namespace pi_ring {

using Heard = std::bitset<kWires>;

// While no line rises, the answering end raises its strobe for kBeacon after
// each kBeaconPause, so that its neighbour finds it and the strobe's line.
inline constexpr Ends::Time kBeacon{20'000};
inline constexpr Ends::Time kBeaconPause{400'000};

// A strobe that is high for longer is an answer and not a beacon.
inline constexpr Ends::Time kSurelyNoBeacon{2 * kBeacon};

// No answer comes later than kPatience; after kNewCount without a question the
// count restarts.
inline constexpr Ends::Time kPatience{300'000};
inline constexpr Ends::Time kNewCount{200'000};

// No question lasts longer: a line that is high for longer is stuck.
inline constexpr Ends::Time kForgotten{1'000'000};

// The time between two looks at the lines.
inline constexpr Ends::Time kLook{500};

// The number of answers for one line is its number plus 1; pairs of lines have
// the numbers above these. More than two lines have no number and get no
// answer.
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
