// What a model says comes next: for each line of standard input, a JSON object
// with a text or its tokens, prints one with the tokens and the greedy
// continuation by COUNT tokens, where COUNT is not 0. The probabilities of all
// tokens after each token of a text, and after each of its continuation but the
// last, go to the file PROBABILITIES, as f32 and without anything between them.
//
//   next_tokens MODEL COUNT PROBABILITIES < texts.jsonl
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/folder/model_folder.h"
#include "model/folder/weights.h"
#include "model/layers/whole_model.h"
#include "model/text/tokenizer.h"

namespace pi_ring {
namespace {

using nlohmann::json;

class Predictor {
 public:
  explicit Predictor(const std::filesystem::path& path)
      : model_(path),
        weights_(model_, model_.cut_for(1).front()),
        pool_(1),
        whole_(weights_, pool_, DType::F32) {}

  WholeModel& whole() { return whole_; }

  std::vector<int> tokens_of(const json& text) const {
    if (text.contains("tokens")) return text["tokens"];
    const Tokenizer tokenizer(model_.path(), weights_.config().vocab);
    return tokenizer.encode(text.at("text").get_ref<const std::string&>());
  }

  bool ends_at(int token) const {
    return std::ranges::find(weights_.config().eos, token) !=
           weights_.config().eos.end();
  }

 private:
  ModelFolder model_;
  Weights weights_;
  Pool pool_;
  WholeModel whole_;
};

std::vector<float> probabilities_of(std::span<const float> logits) {
  const float most = *std::ranges::max_element(logits);
  double sum = 0.0;
  for (const float logit : logits) {
    sum += std::exp(static_cast<double>(logit - most));
  }
  std::vector<float> all;
  all.reserve(logits.size());
  for (const float logit : logits) {
    all.push_back(
        static_cast<float>(std::exp(static_cast<double>(logit - most)) / sum));
  }
  return all;
}

// Writes the probabilities after each of these tokens, and returns the
// likeliest token after the last.
int likeliest_after(Predictor& model, std::span<const int> tokens, int position,
                    std::ostream& out) {
  int likeliest = 0;
  model.whole().each_logits(
      tokens, position, [&](std::span<const float> logits) {
        const std::vector<float> row = probabilities_of(logits);
        out.write(reinterpret_cast<const char*>(row.data()),
                  static_cast<std::streamsize>(row.size() * sizeof(float)));
        likeliest =
            static_cast<int>(std::ranges::max_element(logits) - logits.begin());
      });
  return likeliest;
}

json answer(Predictor& model, const json& text, size_t count,
            std::ostream& out) {
  const std::vector<int> tokens = model.tokens_of(text);
  if (count == 0) return {{"tokens", tokens}};
  std::vector<int> greedy = {likeliest_after(model, tokens, 0, out)};
  auto position = static_cast<int>(tokens.size());
  while (greedy.size() < count && !model.ends_at(greedy.back())) {
    greedy.push_back(
        likeliest_after(model, std::array{greedy.back()}, position++, out));
  }
  return {{"tokens", tokens}, {"greedy", greedy}};
}

}  // namespace
}  // namespace pi_ring

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  pi_ring::Predictor model(argv[1]);
  std::ofstream probabilities(argv[3], std::ios::binary);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << pi_ring::answer(model, nlohmann::json::parse(line),
                                 std::stoul(argv[2]), probabilities)
              << '\n';
  }
  return probabilities.flush() ? 0 : 1;
}
