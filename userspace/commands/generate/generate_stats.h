// Presents the figures of a generated text to people and to programs.
#pragma once

#include <string>
#include <vector>

#include "userspace/ring/message/stats.h"
#include "userspace/ring/text/text_generator.h"

namespace pi_ring {

struct GenerationFigures {
  int prompt = 0;  // tokens
  GeneratedText text;
  std::string row_format;  // of activations between ranks, as --wire calls it
};

std::string stats_table(const GenerationFigures& figures,
                        const std::vector<RankStats>& ranks);
std::string stats_json(const GenerationFigures& figures,
                       const std::vector<RankStats>& ranks,
                       const std::string& text);

}  // namespace pi_ring
