// Merges a linked list of tokens, with the possible merges in a heap.
#include "model/text/bpe.h"

#include <algorithm>
#include <queue>
#include <set>
#include <string_view>
#include <utility>

namespace pi_ring {
namespace {

constexpr uint32_t kNowhere = UINT32_MAX;

uint64_t pair_key(int left, int right) {
  return uint64_t{static_cast<uint32_t>(left)} << 32 |
         static_cast<uint32_t>(right);
}

class Splitter {
 public:
  Splitter(const std::vector<std::string>& pieces, int first)
      : pieces_(pieces) {
    for (size_t id = first; id < pieces.size(); ++id) {
      ids_.emplace(pieces[id], static_cast<int>(id));
      lengths_.insert(pieces[id].size());
    }
  }

  // Tries only lengths that some piece has, so that a very long piece takes
  // little time. The longest left half is first, because text is merged from
  // the left.
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

// Among equal scores the longest piece is first. This matters for the runs of
// spaces in Llama's vocabulary, which all have one score: a run that is merged
// leftmost first grows at its left end, and this order does the same.
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

class Bpe::Run {
 public:
  Run(const Bpe& bpe, const std::vector<int>& tokens) : bpe_(bpe) {
    const auto count = static_cast<uint32_t>(tokens.size());
    links_.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      links_.push_back({tokens[i], i == 0 ? kNowhere : i - 1,
                        i + 1 == count ? kNowhere : i + 1});
    }
    queue_initial_pairs();
  }

  std::vector<int> finish() {
    while (!queue_.empty()) {
      const Candidate candidate = queue_.top();
      queue_.pop();
      if (is_current(candidate)) apply(candidate);
    }
    return remaining_tokens();
  }

 private:
  struct Link {
    int token;
    uint32_t previous;
    uint32_t next;
  };

  struct Candidate {
    uint32_t rank;
    uint32_t position;

    // The heap gives the greatest candidate first, which is the one of the
    // lowest rank, and of these the leftmost.
    bool operator<(const Candidate& other) const {
      return std::pair(rank, position) > std::pair(other.rank, other.position);
    }
  };

  void queue_initial_pairs() {
    std::vector<Candidate> candidates;
    candidates.reserve(links_.size());
    for (uint32_t i = 0; i + 1 < links_.size(); ++i) {
      const uint32_t rank = rank_at(i);
      if (rank != kNowhere) candidates.push_back({rank, i});
    }
    queue_ = std::priority_queue<Candidate>({}, std::move(candidates));
  }

  uint32_t rank_at(uint32_t position) const {
    const Link& left = links_[position];
    if (left.next == kNowhere) return kNowhere;
    const auto found =
        bpe_.ranks_.find(pair_key(left.token, links_[left.next].token));
    return found == bpe_.ranks_.end() ? kNowhere : found->second;
  }

  // A merge leaves candidates in the queue whose pair it broke. Their tokens
  // are no longer in the list.
  bool is_current(const Candidate& candidate) const {
    const Merge& merge = bpe_.merges_[candidate.rank];
    const Link& left = links_[candidate.position];
    return left.token == merge.left && left.next != kNowhere &&
           links_[left.next].token == merge.right;
  }

  void apply(const Candidate& candidate) {
    Link& left = links_[candidate.position];
    Link& right = links_[left.next];
    left.token = bpe_.merges_[candidate.rank].product;
    left.next = right.next;
    right.token = -1;  // no merge has this token
    if (left.next != kNowhere) {
      links_[left.next].previous = candidate.position;
    }
    queue_pair(candidate.position);
    if (left.previous != kNowhere) queue_pair(left.previous);
  }

  void queue_pair(uint32_t position) {
    const uint32_t rank = rank_at(position);
    if (rank != kNowhere) queue_.push({rank, position});
  }

  std::vector<int> remaining_tokens() const {
    std::vector<int> tokens;
    uint32_t position = links_.empty() ? kNowhere : 0;
    for (; position != kNowhere; position = links_[position].next) {
      tokens.push_back(links_[position].token);
    }
    return tokens;
  }

  const Bpe& bpe_;
  std::vector<Link> links_;  // a merge keeps the left one, so [0] stays first
  std::priority_queue<Candidate> queue_;
};

Bpe::Bpe(std::vector<Merge> merges) : merges_(std::move(merges)) {
  ranks_.reserve(merges_.size());
  for (uint32_t rank = 0; rank < merges_.size(); ++rank) {
    const Merge& merge = merges_[rank];
    ranks_[pair_key(merge.left, merge.right)] = rank;
  }
}

std::vector<int> Bpe::merge(const std::vector<int>& tokens) const {
  return Run(*this, tokens).finish();
}

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
