// Every formula once, as directly as it can be written.
#include "tests/reference/naive_llama.h"

#include <algorithm>
#include <cmath>

#include "model/tensor/tensor.h"

namespace pi_ring {

NaiveLlama::NaiveLlama(const std::filesystem::path& model) {
  const ModelFolder folder(model);
  const Weights weights(folder, even_cut(folder.config().layers, 1).front());
  config_ = weights.config();
  const int dim = config_.dim;
  const int hidden = config_.hidden_dim;
  load(weights, "model.embed_tokens.weight", config_.vocab, dim);
  load(weights, "model.norm.weight", 0, dim);
  if (!config_.tied) {
    load(weights, "lm_head.weight", config_.vocab, dim);
  }
  for (int layer = 0; layer < config_.layers; ++layer) {
    const std::string prefix = "model.layers." + std::to_string(layer) + ".";
    load(weights, prefix + "input_layernorm.weight", 0, dim);
    load(weights, prefix + "post_attention_layernorm.weight", 0, dim);
    load(weights, prefix + "self_attn.q_proj.weight", dim, dim);
    load(weights, prefix + "self_attn.k_proj.weight", config_.kv_dim(), dim);
    load(weights, prefix + "self_attn.v_proj.weight", config_.kv_dim(), dim);
    load(weights, prefix + "self_attn.o_proj.weight", dim, dim);
    load(weights, prefix + "mlp.gate_proj.weight", hidden, dim);
    load(weights, prefix + "mlp.up_proj.weight", hidden, dim);
    load(weights, prefix + "mlp.down_proj.weight", dim, hidden);
  }
}

void NaiveLlama::load(const Weights& weights, const std::string& name, int rows,
                      int columns) {
  Tensor tensor = rows == 0 ? weights.take(name, {columns})
                            : weights.take(name, {rows, columns});
  const auto values = tensor.all();
  tensors_[name] = Vector(values.begin(), values.end());
}

NaiveLlama::Vector NaiveLlama::multiply(const std::string& name,
                                        const Vector& x) const {
  const Vector& w = matrix(name);
  Vector y(w.size() / x.size());
  for (size_t i = 0; i < y.size(); ++i) {
    for (size_t j = 0; j < x.size(); ++j) {
      y[i] += w[i * x.size() + j] * x[j];
    }
  }
  return y;
}

NaiveLlama::Vector NaiveLlama::norm(const std::string& name,
                                    const Vector& x) const {
  double squares = 0.0;
  for (const double value : x) {
    squares += value * value;
  }
  const double root = std::sqrt(squares / static_cast<double>(x.size()) +
                                static_cast<double>(config_.norm_epsilon));
  Vector y(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    y[i] = x[i] / root * matrix(name)[i];
  }
  return y;
}

// Channel i of a head pairs with channel i + head_dim / 2.
void NaiveLlama::rotate(Vector& heads, int position) const {
  const auto width = static_cast<size_t>(config_.head_dim());
  for (size_t head = 0; head < heads.size(); head += width) {
    for (size_t i = 0; i < width / 2; ++i) {
      const double angle =
          position *
          std::pow(static_cast<double>(config_.rope_theta),
                   -2.0 * static_cast<double>(i) / static_cast<double>(width));
      const double a = heads[head + i];
      const double b = heads[head + i + width / 2];
      heads[head + i] = a * std::cos(angle) - b * std::sin(angle);
      heads[head + i + width / 2] = b * std::cos(angle) + a * std::sin(angle);
    }
  }
}

NaiveLlama::Rows NaiveLlama::attention(const std::string& prefix,
                                       const Rows& x) const {
  const auto width = static_cast<size_t>(config_.head_dim());
  const auto group = static_cast<size_t>(config_.heads / config_.kv_heads);
  Rows queries;
  Rows keys;
  Rows values;
  for (size_t row = 0; row < x.size(); ++row) {
    queries.push_back(multiply(prefix + "self_attn.q_proj.weight", x[row]));
    keys.push_back(multiply(prefix + "self_attn.k_proj.weight", x[row]));
    values.push_back(multiply(prefix + "self_attn.v_proj.weight", x[row]));
    rotate(queries.back(), static_cast<int>(row));
    rotate(keys.back(), static_cast<int>(row));
  }
  Rows out;
  for (size_t row = 0; row < x.size(); ++row) {
    Vector mixed(x[row].size());
    for (size_t head = 0; head < static_cast<size_t>(config_.heads); ++head) {
      const size_t q = head * width;
      const size_t kv = head / group * width;
      Vector shares(row + 1);
      for (size_t past = 0; past <= row; ++past) {
        double dot = 0.0;
        for (size_t i = 0; i < width; ++i) {
          dot += queries[row][q + i] * keys[past][kv + i];
        }
        shares[past] = std::exp(dot / std::sqrt(static_cast<double>(width)));
      }
      double total = 0.0;
      for (const double share : shares) {
        total += share;
      }
      for (size_t past = 0; past <= row; ++past) {
        for (size_t i = 0; i < width; ++i) {
          mixed[q + i] += shares[past] / total * values[past][kv + i];
        }
      }
    }
    out.push_back(multiply(prefix + "self_attn.o_proj.weight", mixed));
  }
  return out;
}

NaiveLlama::Vector NaiveLlama::feed_forward(const std::string& prefix,
                                            const Vector& x) const {
  Vector gate = multiply(prefix + "mlp.gate_proj.weight", x);
  const Vector up = multiply(prefix + "mlp.up_proj.weight", x);
  for (size_t i = 0; i < gate.size(); ++i) {
    gate[i] = gate[i] / (1.0 + std::exp(-gate[i])) * up[i];
  }
  return multiply(prefix + "mlp.down_proj.weight", gate);
}

NaiveLlama::Rows NaiveLlama::last_rows(const std::vector<int>& tokens) const {
  const auto dim = static_cast<size_t>(config_.dim);
  Rows x;
  for (const int token : tokens) {
    const auto row = matrix("model.embed_tokens.weight").begin() +
                     static_cast<ptrdiff_t>(static_cast<size_t>(token) * dim);
    x.emplace_back(row, row + static_cast<ptrdiff_t>(dim));
  }
  const auto add = [](Vector& to, const Vector& change) {
    std::ranges::transform(to, change, to.begin(), std::plus<>());
  };
  for (int layer = 0; layer < config_.layers; ++layer) {
    const std::string prefix = "model.layers." + std::to_string(layer) + ".";
    Rows normed;
    for (const Vector& row : x) {
      normed.push_back(norm(prefix + "input_layernorm.weight", row));
    }
    const Rows attended = attention(prefix, normed);
    for (size_t row = 0; row < x.size(); ++row) {
      add(x[row], attended[row]);
      add(x[row],
          feed_forward(prefix, norm(prefix + "post_attention_layernorm.weight",
                                    x[row])));
    }
  }
  return x;
}

NaiveLlama::Vector NaiveLlama::logits_of(const Vector& row) const {
  return multiply(config_.tied ? "model.embed_tokens.weight" : "lm_head.weight",
                  norm("model.norm.weight", row));
}

std::vector<double> NaiveLlama::logits(const std::vector<int>& tokens) const {
  return logits_of(last_rows(tokens).back());
}

double NaiveLlama::loss(const std::vector<int>& tokens) const {
  const Rows rows = last_rows({tokens.begin(), tokens.end() - 1});
  double sum = 0.0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Vector logits = logits_of(rows[i]);
    double total = 0.0;
    for (const double logit : logits) {
      total += std::exp(logit);
    }
    sum += std::log(total) - logits[static_cast<size_t>(tokens[i + 1])];
  }
  return sum;
}

}  // namespace pi_ring
