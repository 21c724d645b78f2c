// Angles from positions, and the rotation itself.
#include "model/layers/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/math/simd.h"

namespace pi_ring {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

// The slow ones in full, the fast ones not, those between by how many turns
// they make within the first training's context.
float llama3_frequency(float frequency, const RopeScaling& scaling) {
  const double turns =
      scaling.original_context * static_cast<double>(frequency) / kTurn;
  const double slow = scaling.slow;
  const double fast = scaling.fast;
  const double kept = std::clamp((turns - slow) / (fast - slow), 0.0, 1.0);
  const double scaled = static_cast<double>(frequency) / scaling.factor;
  return static_cast<float>((1.0 - kept) * scaled + kept * frequency);
}

// Returns which pair's angle makes `turns` turns within the context of the
// first training; it lies between two pairs.
double pair_of_turns(double turns, int head_dim, double theta,
                     const RopeScaling& scaling) {
  return head_dim * std::log(scaling.original_context / (turns * kTurn)) /
         (2.0 * std::log(theta));
}

// How much of each pair's angle is scaled, from 0 to 1.
std::vector<double> yarn_ramp(int head_dim, double theta,
                              const RopeScaling& scaling) {
  double low = pair_of_turns(scaling.fast, head_dim, theta, scaling);
  double high = pair_of_turns(scaling.slow, head_dim, theta, scaling);
  if (scaling.whole_channels) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, head_dim - 1.0);
  if (low == high) high += 0.001;  // as Hugging Face avoids a division by 0
  std::vector<double> ramp;
  ramp.reserve(static_cast<size_t>(head_dim / 2));
  for (int pair = 0; pair < head_dim / 2; ++pair) {
    ramp.push_back(std::clamp((pair - low) / (high - low), 0.0, 1.0));
  }
  return ramp;
}

void scale_by_ramp(const std::vector<double>& ramp, float factor,
                   std::vector<float>& frequencies) {
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const double frequency = frequencies[i];
    frequencies[i] = static_cast<float>(frequency / factor * ramp[i] +
                                        frequency * (1.0 - ramp[i]));
  }
}

std::vector<float> frequencies_of(const ModelConfig& config, float theta,
                                  const RopeScaling& scaling) {
  if (config.architecture->positions != Positions::kRotary) return {};
  return rope_frequencies(config.head_dim(), theta, scaling);
}

Rope full_rope(const ModelConfig& config, int max_rows, Buffers& buffers) {
  return {frequencies_of(config, config.rope_theta, config.rope_scaling),
          config.rope_scaling.attention_factor, max_rows, buffers};
}

}  // namespace

std::vector<float> rope_frequencies(int head_dim, float theta,
                                    const RopeScaling& scaling) {
  using Kind = RopeScaling::Kind;
  std::vector<float> frequencies;
  for (int i = 0; i < head_dim / 2; ++i) {
    const float exponent =
        static_cast<float>(2 * i) / static_cast<float>(head_dim);
    frequencies.push_back(1.0F / std::pow(theta, exponent));
  }
  if (scaling.kind == Kind::kLinear) {
    for (float& frequency : frequencies) frequency /= scaling.factor;
  } else if (scaling.kind == Kind::kLlama3) {
    for (float& frequency : frequencies) {
      frequency = llama3_frequency(frequency, scaling);
    }
  } else if (scaling.kind == Kind::kYarn) {
    scale_by_ramp(yarn_ramp(head_dim, theta, scaling), scaling.factor,
                  frequencies);
  }
  for (size_t i = 0; i < scaling.divisors.size(); ++i) {
    frequencies.at(i) /= scaling.divisors[i];
  }
  return frequencies;
}

Rope::Rope(std::vector<float> frequencies, float factor, int max_rows,
           Buffers& buffers)
    : half_(static_cast<int>(frequencies.size())),
      factor_(factor),
      frequencies_(std::move(frequencies)),
      cosines_(buffers.take(floats(max_rows, half_))),
      sines_(buffers.take(floats(max_rows, half_))) {}

void Rope::set_positions(int position, int rows) {
  size_t at = 0;
  for (int row = 0; row < rows; ++row) {
    for (const float frequency : frequencies_) {
      const float angle = static_cast<float>(position + row) * frequency;
      cosines_.data()[at] = std::cos(angle) * factor_;
      sines_.data()[at] = std::sin(angle) * factor_;
      ++at;
    }
  }
}

void Rope::forward(int row, float* head) const {
  const size_t at = floats(row, half_);
  simd::rotate(cosines_.data() + at, sines_.data() + at, head, head + half_,
               floats(half_));
}

// To exchange the pair is to rotate by the opposite angle.
void Rope::backward(int row, float* head) const {
  const size_t at = floats(row, half_);
  simd::rotate(cosines_.data() + at, sines_.data() + at, head + half_, head,
               floats(half_));
}

Ropes::Ropes(const ModelConfig& config, int max_rows, Buffers& buffers)
    : full_(full_rope(config, max_rows, buffers)) {
  if (config.window_theta == 0.0F) return;
  windowed_.emplace(frequencies_of(config, config.window_theta, {}), 1.0F,
                    max_rows, buffers);
}

void Ropes::set_positions(int position, int rows) {
  full_.set_positions(position, rows);
  if (windowed_) windowed_->set_positions(position, rows);
}

const Rope& Ropes::of_layer(const ModelConfig& config, int layer) const {
  return windowed_ && config.is_windowed(layer) ? *windowed_ : full_;
}

}  // namespace pi_ring
