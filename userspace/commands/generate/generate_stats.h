// The figures of a generated text, for people and for programs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "userspace/ring/message/stats.h"

namespace pi_ring {

struct GenerationFigures {
  int prompt = 0;                               // tokens
  int generated = 0;                            // tokens
  std::chrono::duration<double> first_token{};  // from the prompt's start
  std::chrono::duration<double> all_tokens{};
  std::string wire;  // how activations travelled
};

std::string stats_table(const GenerationFigures& figures,
                        const std::vector<RankStats>& ranks);
std::string stats_json(const GenerationFigures& figures,
                       const std::vector<RankStats>& ranks,
                       const std::string& text);

}  // namespace pi_ring
