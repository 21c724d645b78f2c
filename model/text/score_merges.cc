// Orders pieces by score and finds the pairs that make each of them.
#include "model/text/score_merges.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

namespace pi_ring {
namespace {

class Splitter {
 public:
  Splitter(const std::vector<std::string>& pieces, int first)
      : pieces_(pieces) {
    for (size_t id = first; id < pieces.size(); ++id) {
      ids_.emplace(pieces[id], static_cast<int>(id));
      lengths_.insert(pieces[id].size());
    }
  }

  // Trying only the lengths that exist keeps one absurdly long piece cheap.
  // The longest left half goes first: text is merged from the left.
  void append_splits(int product, std::vector<Merge>& merges) const {
    const std::string_view piece = pieces_[product];
    for (auto length = lengths_.rbegin(); length != lengths_.rend(); ++length) {
      if (*length == 0 || *length >= piece.size()) continue;
      if (!lengths_.contains(piece.size() - *length)) continue;
      const auto left = ids_.find(piece.substr(0, *length));
      const auto right = ids_.find(piece.substr(*length));
      if (left == ids_.end() || right == ids_.end()) continue;
      merges.push_back({left->second, right->second, product});
    }
  }

 private:
  const std::vector<std::string>& pieces_;
  std::unordered_map<std::string_view, int> ids_;
  std::set<size_t> lengths_;
};

// Of equal scores the longest piece goes first. It matters for the runs of
// spaces in Llama's vocabulary, which all share one score: joined leftmost
// first, a run grows at its left end, and so it does by this order.
std::vector<int> best_first(const std::vector<std::string>& pieces,
                            const std::vector<float>& scores, int first) {
  std::vector<int> order;
  for (size_t id = first; id < pieces.size(); ++id) {
    order.push_back(static_cast<int>(id));
  }
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    if (scores[a] != scores[b]) return scores[a] > scores[b];
    return pieces[a].size() > pieces[b].size();
  });
  return order;
}

}  // namespace

std::vector<Merge> merges_from_scores(const std::vector<std::string>& pieces,
                                      const std::vector<float>& scores,
                                      int first) {
  const Splitter splitter(pieces, first);
  std::vector<Merge> merges;
  for (const int product : best_first(pieces, scores, first)) {
    splitter.append_splits(product, merges);
  }
  return merges;
}

}  // namespace pi_ring
