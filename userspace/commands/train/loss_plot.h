// The losses of a training run as a picture, in SVG.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pi_ring {

struct LossPoint {
  int64_t step = 0;
  double loss = 0.0;
};

struct LossCurves {
  std::string title;                  // one line
  std::vector<LossPoint> training;    // by step, rising
  std::vector<LossPoint> validation;  // the same; may be empty
};

// Draws axes with numbers, the training loss and its running mean, and the
// validation points. Values that are not finite are left out.
std::string loss_svg(const LossCurves& curves);

}  // namespace pi_ring
