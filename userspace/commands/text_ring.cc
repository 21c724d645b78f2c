#include "userspace/commands/text_ring.h"

#include "userspace/commands/ranks.h"
#include "userspace/ring/text/text_rank.h"

namespace pi_ring {
namespace {

std::vector<Weights> weights_of(const ModelFolder& model, const Cut& cut,
                                bool is_over_devices) {
  std::vector<Weights> weights;
  for (const Shard& shard : cut) {
    if (shard.is_head() || !is_over_devices) weights.emplace_back(model, shard);
  }
  return weights;
}

RankOptions head_of(const ModelFolder& model, const RingOptions& options,
                    const Cut& cut) {
  RankOptions rank = options.head_options(static_cast<int>(cut.size()));
  rank.cache_type = options.cache_type(model.config());
  return rank;
}

}  // namespace

TextRing::TextRing(const ModelFolder& model, const RingOptions& options)
    : cut_(choose_cut(model, options.ranks)),
      weights_(weights_of(model, cut_, options.is_over_devices())),
      counters_(weights_),
      rank_(head_of(model, options, cut_)),
      place_(options.join(static_cast<int>(cut_.size()),
                          [this](int index, Link& up, Link& down) {
                            RankOptions rank = rank_;
                            rank.rank = index;
                            // The head has to time out first: it knows best
                            // which rank to name.
                            rank.patience *= 2;
                            const Weights& own =
                                weights_[static_cast<size_t>(index)];
                            return run_text_rank(rank, own, up, down);
                          })) {}

}  // namespace pi_ring
