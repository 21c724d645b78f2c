// Draws a token in three steps: temperature, the k likeliest tokens, and the
// nucleus.
#include "model/text/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>

namespace pi_ring {
namespace {

// The first of the greatest logits. Throws if a softmax is not possible.
int find_likeliest(std::span<const float> logits) {
  if (logits.empty()) throw std::invalid_argument("no logits to sample from");
  size_t best = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    if (std::isnan(logits[i])) {
      throw std::runtime_error("the model computed a NaN for token " +
                               std::to_string(i));
    }
    if (logits[i] > logits[best]) best = i;
  }
  if (std::isinf(logits[best])) {
    throw std::runtime_error("the model computed an infinity for token " +
                             std::to_string(best));
  }
  return static_cast<int>(best);
}

constexpr size_t kRemembered = 64;  // tokens that the penalty meets

using Candidate = std::pair<float, int>;  // weight, token

bool is_likelier(const Candidate& a, const Candidate& b) {
  return a.first != b.first ? a.first > b.first : a.second < b.second;
}

// Weights are relative to the likeliest token, whose weight is 1, so that
// nothing overflows.
void weigh(std::span<const float> logits, float greatest, float temperature,
           std::vector<Candidate>& candidates) {
  candidates.clear();
  for (size_t i = 0; i < logits.size(); ++i) {
    candidates.emplace_back(std::exp((logits[i] - greatest) / temperature),
                            static_cast<int>(i));
  }
}

void keep_top_k(size_t k, std::vector<Candidate>& candidates) {
  if (k == 0 || k >= candidates.size()) return;
  std::nth_element(candidates.begin(), candidates.begin() + k, candidates.end(),
                   is_likelier);
  candidates.resize(k);
}

double total_weight(const std::vector<Candidate>& candidates) {
  double total = 0;
  for (const Candidate& candidate : candidates) total += candidate.first;
  return total;
}

// Keeps the likeliest tokens, as few as have a probability of `p` together. As
// long as they have less, more than 1 - p is left for at most n - 1 other
// tokens, so a token below (1 - p) / (n - 1) is never one of them. Only tokens
// above that are sorted.
void keep_nucleus(double p, std::vector<Candidate>& candidates) {
  if (p >= 1 || candidates.size() < 2) return;
  const double total = total_weight(candidates);
  const auto others = static_cast<double>(candidates.size() - 1);
  const double cutoff = std::min(1.0, total * (1 - p) / others);
  std::erase_if(candidates,
                [cutoff](const Candidate& c) { return c.first < cutoff; });
  std::sort(candidates.begin(), candidates.end(), is_likelier);
  double reached = 0;
  size_t count = 0;
  while (count < candidates.size() && (count == 0 || reached < p * total)) {
    reached += candidates[count++].first;
  }
  candidates.resize(count);
}

// The likeliest token has weight 1.
void keep_min_p(float min_p, std::vector<Candidate>& candidates) {
  if (min_p <= 0) return;
  std::erase_if(candidates,
                [min_p](const Candidate& c) { return c.first < min_p; });
}

int draw(double uniform, const std::vector<Candidate>& candidates) {
  const double target = uniform * total_weight(candidates);
  double reached = 0;
  for (const auto& [weight, token] : candidates) {
    reached += weight;
    if (reached > target) return token;
  }
  return candidates.back()
      .second;  // rounding made the target equal to the total
}

}  // namespace

Sampler::Sampler(const SamplingOptions& options)
    : options_(options), random_(options.seed) {
  const bool good =
      options.temperature >= 0 && std::isfinite(options.temperature) &&
      options.top_p >= 0 && options.top_p <= 1 && options.top_k >= 0 &&
      options.min_p >= 0 && options.min_p <= 1 && options.repeat_penalty > 0 &&
      std::isfinite(options.repeat_penalty);
  if (!good) throw std::invalid_argument("sampling options out of range");
}

void Sampler::see(int token) {
  if (options_.repeat_penalty == 1.0F) return;
  seen_.push_back(token);
  if (seen_.size() > kRemembered) seen_.pop_front();
}

// Returns the logits after the penalty and without the excluded tokens.
std::span<const float> Sampler::adjusted(std::span<const float> logits) {
  if (seen_.empty() && excluded_.empty()) return logits;
  adjusted_.assign(logits.begin(), logits.end());
  for (const int token : std::set<int>(seen_.begin(), seen_.end())) {
    float& logit = adjusted_.at(static_cast<size_t>(token));
    logit = logit > 0 ? logit / options_.repeat_penalty
                      : logit * options_.repeat_penalty;
  }
  for (const int token : excluded_) {
    if (token >= 0 && token < static_cast<int>(adjusted_.size())) {
      adjusted_[static_cast<size_t>(token)] =
          -std::numeric_limits<float>::infinity();
    }
  }
  return adjusted_;
}

int Sampler::sample(std::span<const float> computed) {
  const std::span<const float> logits = adjusted(computed);
  const int likeliest = find_likeliest(logits);
  if (options_.temperature == 0) return likeliest;
  weigh(logits, logits[likeliest], options_.temperature, candidates_);
  keep_top_k(options_.top_k, candidates_);
  keep_nucleus(options_.top_p, candidates_);
  keep_min_p(options_.min_p, candidates_);
  return draw(random_.uniform(), candidates_);
}

}  // namespace pi_ring
