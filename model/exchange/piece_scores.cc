// Takes a piece's score from the rank of its first merge.
#include "model/exchange/piece_scores.h"

#include <algorithm>
#include <tuple>

#include "model/base/bad_input.h"
#include "model/text/bpe.h"

namespace pi_ring {
namespace {

// A piece that no merge makes is a character, or is never used.
std::vector<float> scores_of(const TokenizerParts& tokenizer,
                             const std::vector<bool>& mergeable) {
  std::vector<float> scores(tokenizer.pieces.size(), 0.0F);
  std::vector<bool> made(tokenizer.pieces.size());
  float rank = 0.0F;
  for (const Merge& merge : tokenizer.merges) {
    const auto product = static_cast<size_t>(merge.product);
    if (made[product]) continue;
    made[product] = true;
    scores[product] = --rank;
  }
  for (size_t id = 0; id < scores.size(); ++id) {
    if (mergeable[id] && !made[id]) scores[id] = --rank;
  }
  return scores;
}

using Merges = std::vector<std::tuple<int, int, int>>;

// The merges, so ordered that merges with the same product compare equal in any
// order.
Merges by_product(const std::vector<Merge>& merges) {
  Merges result;
  std::vector<int> order;
  for (const Merge& merge : merges) {
    if (order.empty() || order.back() != merge.product) {
      order.push_back(merge.product);
    }
    result.emplace_back(static_cast<int>(order.size()), merge.left,
                        merge.right);
  }
  std::ranges::sort(result);
  return result;
}

}  // namespace

std::vector<float> piece_scores(const TokenizerParts& tokenizer,
                                const std::vector<bool>& mergeable) {
  std::vector<float> scores = scores_of(tokenizer, mergeable);
  const auto implied = merges_from_scores(tokenizer.pieces, scores, mergeable);
  if (by_product(implied) == by_product(tokenizer.merges)) return scores;
  throw BadInput(
      "its merges do not follow from a score for each piece, which is all that "
      "this format holds");
}

}  // namespace pi_ring
