// What a model says comes next: for each line of standard input, a JSON object
// with the tokens of a text, prints one with the probabilities of all next
// tokens, and the greedy continuation by TOKENS tokens.
//
//   next_tokens MODEL TOKENS < texts.jsonl
#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/folder/model_folder.h"
#include "model/folder/weights.h"
#include "model/layers/classifier.h"
#include "model/layers/embedding.h"
#include "model/layers/stage.h"

namespace pi_ring {
namespace {

using nlohmann::json;

class WholeModel {
 public:
  explicit WholeModel(const std::filesystem::path& path)
      : model_(path),
        weights_(model_, model_.cut_for(1).front()),
        pool_(1),
        embedding_(weights_),
        stage_(weights_, pool_),
        cache_(weights_, DType::F32),
        classifier_(weights_, pool_),
        rows_(floats(kChunkRows, weights_.config().dim)),
        logits_(floats(weights_.config().vocab)) {}

  // The logits after these tokens, which begin at `position`.
  std::vector<float> logits_after(const std::vector<int>& tokens,
                                  int position) {
    const auto count = static_cast<int>(tokens.size());
    for (int at = 0; at < count; at += kChunkRows) {
      run(std::span(tokens).subspan(
              static_cast<size_t>(at),
              static_cast<size_t>(std::min(kChunkRows, count - at))),
          position + at);
    }
    return {logits_.data(), logits_.data() + logits_.size()};
  }

  bool ends_at(int token) const {
    return std::ranges::find(weights_.config().eos, token) !=
           weights_.config().eos.end();
  }

 private:
  void run(std::span<const int> tokens, int position) {
    const auto rows = static_cast<int>(tokens.size());
    embedding_.forward(tokens, position, rows_.data());
    stage_.forward(pool_, position, rows, cache_, rows_.data());
    classifier_.forward(pool_,
                        rows_.data() + floats(rows - 1, weights_.config().dim),
                        logits_.data());
  }

  ModelFolder model_;
  Weights weights_;
  Pool pool_;
  Embedding embedding_;
  Stage stage_;
  TextCache cache_;
  Classifier classifier_;
  FloatBuffer rows_;
  FloatBuffer logits_;
};

std::vector<double> probabilities_of(const std::vector<float>& logits) {
  const float most = *std::ranges::max_element(logits);
  std::vector<double> all;
  double sum = 0.0;
  for (const float logit : logits) {
    all.push_back(std::exp(static_cast<double>(logit - most)));
    sum += all.back();
  }
  for (double& probability : all) probability /= sum;
  return all;
}

json answer(WholeModel& model, const std::vector<int>& tokens, int count) {
  std::vector<float> logits = model.logits_after(tokens, 0);
  json result = {{"probabilities", probabilities_of(logits)},
                 {"greedy", json::array()}};
  auto position = static_cast<int>(tokens.size());
  for (int i = 0; i < count; ++i) {
    const auto token =
        static_cast<int>(std::ranges::max_element(logits) - logits.begin());
    result["greedy"].push_back(token);
    if (model.ends_at(token)) break;
    logits = model.logits_after({token}, position++);
  }
  return result;
}

}  // namespace
}  // namespace pi_ring

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  pi_ring::WholeModel model(argv[1]);
  for (std::string line; std::getline(std::cin, line);) {
    const auto text = nlohmann::json::parse(line);
    std::cout << pi_ring::answer(model, text.at("tokens"), std::stoi(argv[2]))
              << '\n';
  }
  return 0;
}
