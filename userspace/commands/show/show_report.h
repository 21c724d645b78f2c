// Presents a model's facts and the memory of its ranks to people and to
// programs.
#pragma once

#include <string>
#include <vector>

#include "userspace/commands/show/memory_plan.h"
#include "userspace/commands/show/model_facts.h"

namespace pi_ring {

struct ShowReport {
  ModelConfig config;
  ModelFacts facts;
  int positions = 0;                           // of the text in the plans
  std::vector<std::vector<RankMemory>> rings;  // of different sizes
};

std::string report_text(const ShowReport& report);
std::string report_json(const ShowReport& report);

}  // namespace pi_ring
