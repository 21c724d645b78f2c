// The matrices of a model and nothing else, multiplied by plain loops: the
// time that a token's products take a compiler.
#pragma once

#include <vector>

#include "model/architecture/config.h"

namespace pi_ring {

class PlainLoops {
 public:
  explicit PlainLoops(const ModelConfig& config);

  // All products of one token; what norms, attention and the rest would take
  // is left out, to the rival's advantage. Returns a number, so that nothing is
  // optimised away.
  float token();

 private:
  struct Matrix {
    int outputs;
    int inputs;
    std::vector<float> weights;  // [outputs, inputs]
  };

  void append(int outputs, int inputs);

  std::vector<Matrix> matrices_;
  std::vector<float> x_;
  std::vector<float> y_;
};

}  // namespace pi_ring
