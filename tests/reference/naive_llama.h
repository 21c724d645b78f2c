// The Llama forward pass as a textbook writes it: double precision, plain
// loops, no cache. What the real one is held to.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model/architecture/config.h"
#include "model/folder/weights.h"

namespace pi_ring {

class NaiveLlama {
 public:
  explicit NaiveLlama(const std::filesystem::path& model);

  // The logits after the last of the tokens.
  std::vector<double> logits(const std::vector<int>& tokens) const;

  // The sum of the losses at each token but the first, from those before it.
  double loss(const std::vector<int>& tokens) const;

  // A tensor's values, to be changed at will.
  std::vector<double>& values(const std::string& name) {
    return tensors_.at(name);
  }

 private:
  using Vector = std::vector<double>;
  using Rows = std::vector<Vector>;

  void load(const Weights& weights, const std::string& name, int rows,
            int columns);
  const Vector& matrix(const std::string& name) const {
    return tensors_.at(name);
  }
  Vector multiply(const std::string& name, const Vector& x) const;
  Vector norm(const std::string& name, const Vector& x) const;
  void rotate(Vector& heads, int position) const;
  Rows attention(const std::string& prefix, const Rows& x) const;
  Vector feed_forward(const std::string& prefix, const Vector& x) const;

  Rows last_rows(const std::vector<int>& tokens) const;
  Vector logits_of(const Vector& row) const;

  ModelConfig config_;
  std::map<std::string, Vector> tensors_;
};

}  // namespace pi_ring
