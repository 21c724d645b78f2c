// The cut: which rank of a ring holds which layers.
#pragma once

#include <vector>

namespace pi_ring {

// What one rank of a ring holds: layers [begin, end) and, on the head, the
// embedding, the last norm and the classifier.
struct Shard {
  int rank = 0;
  int ranks = 1;
  int begin = 0;
  int end = 0;

  bool is_head() const { return rank == ranks - 1; }
};

// Ranks 0..N-2 share the layers evenly, the remainder on the lowest ranks; the
// head has none, unless it is alone. 1 <= ranks <= layers + 1.
std::vector<Shard> cut(int layers, int ranks);

}  // namespace pi_ring
