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
  bool operator==(const Shard&) const = default;
};

// One shard a rank, by rank, the head last. It is made once, by the command
// that opens the model, and handed to all that need it.
using Cut = std::vector<Shard>;

// Ranks 0..N-2 share the layers evenly, the remainder on the lowest ranks; the
// head has none, unless it is alone. 1 <= ranks <= layers + 1.
Cut even_cut(int layers, int ranks);

// Every layer is on one rank, in order, and every rank has some but the head,
// which has none unless it is alone.
bool covers(const Cut& cut, int layers);

}  // namespace pi_ring
