// Merges a linked list of tokens, with the possible merges in a heap.
#include "model/text/bpe.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <queue>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace pi_ring {
namespace {

constexpr uint32_t kNowhere = UINT32_MAX;

class Splitter {
 public:
  Splitter(const std::vector<std::string>& pieces,
           const std::vector<bool>& mergeable)
      : pieces_(pieces) {
    for (size_t id = 0; id < pieces.size(); ++id) {
      if (!mergeable[id]) continue;
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
                            const std::vector<float>& scores,
                            const std::vector<bool>& mergeable) {
  std::vector<int> order;
  for (size_t id = 0; id < pieces.size(); ++id) {
    if (mergeable[id]) order.push_back(static_cast<int>(id));
  }
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    if (scores[a] != scores[b]) return scores[a] > scores[b];
    return pieces[a].size() > pieces[b].size();
  });
  return order;
}

// The ranks of the merges, sorted by what they merge; of those that merge the
// same, the last.
std::vector<uint32_t> sorted_by_pair(const std::vector<Merge>& merges) {
  const auto pair = [&](uint32_t rank) {
    return std::pair(merges[rank].left, merges[rank].right);
  };
  std::vector<uint32_t> ranks(merges.size());
  std::iota(ranks.rbegin(), ranks.rend(), 0U);
  std::ranges::stable_sort(ranks, {}, pair);
  const auto same = [&](uint32_t a, uint32_t b) { return pair(a) == pair(b); };
  ranks.erase(std::unique(ranks.begin(), ranks.end(), same), ranks.end());
  return ranks;
}

}  // namespace

// For a word: the possible merges are in an array that is searched each time.
class Bpe::ShortRun {
 public:
  static constexpr size_t kMost = 48;  // tokens

  ShortRun(const Bpe& bpe, std::span<const int> tokens)
      : bpe_(bpe), count_(tokens.size()) {
    std::ranges::copy(tokens, tokens_.begin());
    for (size_t i = 0; i < count_; ++i) look_up(i);
  }

  void finish(std::vector<int>& merged) {
    while (count_ > 1) {
      const auto* best = std::min_element(priorities_.begin(),
                                          priorities_.begin() + count_ - 1);
      if (*best == kNowhere) break;
      apply(static_cast<size_t>(best - priorities_.begin()));
    }
    merged.insert(merged.end(), tokens_.begin(), tokens_.begin() + count_);
  }

 private:
  void look_up(size_t place) {
    if (place + 1 >= count_) return;
    const Product* found = bpe_.find(tokens_[place], tokens_[place + 1]);
    priorities_[place] = found == nullptr ? kNowhere : found->priority;
    products_[place] = found == nullptr ? -1 : found->token;
  }

  void apply(size_t place) {
    tokens_[place] = products_[place];
    --count_;
    for (size_t i = place + 1; i < count_; ++i) {
      tokens_[i] = tokens_[i + 1];
      priorities_[i] = priorities_[i + 1];
      products_[i] = products_[i + 1];
    }
    look_up(place);
    if (place > 0) look_up(place - 1);
  }

  const Bpe& bpe_;
  size_t count_;
  std::array<int, kMost> tokens_;
  std::array<uint32_t, kMost> priorities_;  // of the pair that begins there
  std::array<int, kMost> products_;
};

class Bpe::Run {
 public:
  Run(const Bpe& bpe, std::span<const int> tokens) : bpe_(bpe) {
    const auto count = static_cast<uint32_t>(tokens.size());
    links_.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      links_.push_back({tokens[i], i == 0 ? kNowhere : i - 1,
                        i + 1 == count ? kNowhere : i + 1});
    }
    queue_initial_pairs();
  }

  void finish(std::vector<int>& merged) {
    while (!queue_.empty()) {
      const Candidate candidate = queue_.top();
      queue_.pop();
      if (is_current(candidate)) apply(candidate);
    }
    append_remaining(merged);
  }

 private:
  struct Link {
    int token;
    uint32_t previous;
    uint32_t next;
  };

  struct Candidate {
    uint32_t priority;
    uint32_t position;
    int right;  // the pair is the token at the position and this one
    int left;

    // The heap gives the greatest candidate first, which is the one of the
    // lowest rank, and of these the leftmost.
    bool operator<(const Candidate& other) const {
      return std::pair(priority, position) >
             std::pair(other.priority, other.position);
    }
  };

  void queue_initial_pairs() {
    std::vector<Candidate> candidates;
    candidates.reserve(links_.size());
    for (uint32_t i = 0; i + 1 < links_.size(); ++i) {
      if (const auto found = candidate_at(i)) candidates.push_back(*found);
    }
    queue_ = std::priority_queue<Candidate>({}, std::move(candidates));
  }

  std::optional<Candidate> candidate_at(uint32_t position) const {
    const Link& left = links_[position];
    if (left.next == kNowhere) return std::nullopt;
    const int right = links_[left.next].token;
    const Product* found = bpe_.find(left.token, right);
    if (found == nullptr) return std::nullopt;
    return Candidate{found->priority, position, right, left.token};
  }

  // A merge leaves candidates in the queue whose pair it broke.
  bool is_current(const Candidate& candidate) const {
    const Link& left = links_[candidate.position];
    return left.token == candidate.left && left.next != kNowhere &&
           links_[left.next].token == candidate.right;
  }

  void apply(const Candidate& candidate) {
    Link& left = links_[candidate.position];
    Link& right = links_[left.next];
    left.token = bpe_.find(candidate.left, candidate.right)->token;
    left.next = right.next;
    right.token = -1;  // no merge has this token
    if (left.next != kNowhere) {
      links_[left.next].previous = candidate.position;
    }
    queue_pair(candidate.position);
    if (left.previous != kNowhere) queue_pair(left.previous);
  }

  void queue_pair(uint32_t position) {
    if (const auto found = candidate_at(position)) queue_.push(*found);
  }

  void append_remaining(std::vector<int>& merged) const {
    uint32_t position = links_.empty() ? kNowhere : 0;
    for (; position != kNowhere; position = links_[position].next) {
      merged.push_back(links_[position].token);
    }
  }

  const Bpe& bpe_;
  std::vector<Link> links_;  // a merge keeps the left one, so [0] stays first
  std::priority_queue<Candidate> queue_;
};

Bpe::Bpe(const std::vector<Merge>& merges, std::vector<uint32_t> priorities) {
  if (priorities.empty()) {
    priorities.resize(merges.size());
    std::iota(priorities.begin(), priorities.end(), 0U);
  }
  for (const uint32_t rank : sorted_by_pair(merges)) {
    const auto [left, right, product] = merges[rank];
    first_.resize(static_cast<size_t>(left) + 2,
                  static_cast<uint32_t>(products_.size()));
    products_.push_back({right, product, priorities[rank]});
    first_.back() = static_cast<uint32_t>(products_.size());
  }
}

const Bpe::Product* Bpe::find(int left, int right) const {
  const auto index = static_cast<size_t>(left);
  if (left < 0 || index + 1 >= first_.size()) return nullptr;
  const auto begin = products_.begin() + first_[index];
  const auto end = products_.begin() + first_[index + 1];
  const auto found = std::lower_bound(
      begin, end, right,
      [](const Product& product, int token) { return product.right < token; });
  return found == end || found->right != right ? nullptr : &*found;
}

void Bpe::append_merged(std::span<const int> tokens,
                        std::vector<int>& merged) const {
  if (tokens.size() <= ShortRun::kMost) {
    ShortRun(*this, tokens).finish(merged);
  } else {
    Run(*this, tokens).finish(merged);
  }
}

std::vector<Merge> merges_from_scores(const std::vector<std::string>& pieces,
                                      const std::vector<float>& scores,
                                      int first) {
  std::vector<bool> mergeable(pieces.size());
  std::fill(
      mergeable.begin() + std::min<ptrdiff_t>(first, std::ssize(mergeable)),
      mergeable.end(), true);
  return merges_from_scores(pieces, scores, mergeable);
}

std::vector<Merge> merges_from_scores(const std::vector<std::string>& pieces,
                                      const std::vector<float>& scores,
                                      const std::vector<bool>& mergeable) {
  const Splitter splitter(pieces, mergeable);
  std::vector<Merge> merges;
  for (const int product : best_first(pieces, scores, mergeable)) {
    splitter.append_splits(product, merges);
  }
  return merges;
}

std::vector<uint32_t> priorities_from_scores(const std::vector<Merge>& merges,
                                             const std::vector<float>& scores) {
  std::vector<uint32_t> priorities;
  for (size_t i = 0; i < merges.size(); ++i) {
    const bool is_new =
        i > 0 && scores[merges[i].product] != scores[merges[i - 1].product];
    const uint32_t last = priorities.empty() ? 0 : priorities.back();
    priorities.push_back(last + (is_new ? 1 : 0));
  }
  return priorities;
}

}  // namespace pi_ring
