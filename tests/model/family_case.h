// A tiny model of some family with what tests/reference/families.py computes
// for it.
#pragma once

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/file_text.h"

namespace pi_ring {

struct FamilyCase {
  explicit FamilyCase(const std::string& name)
      : folder(std::filesystem::path(PI_RING_FAMILIES) / name) {
    const auto object = nlohmann::json::parse(file_text(folder / "case.json"));
    tokens = object.at("tokens").get<std::vector<int>>();
    loss = object.at("loss").get<double>();
    logits = object.at("logits").get<std::vector<std::vector<float>>>();
  }

  std::filesystem::path folder;            // the model's
  std::vector<int> tokens;                 // the last is the last target
  double loss = 0.0;                       // the mean of all targets'
  std::vector<std::vector<float>> logits;  // after each token but the last
};

// All that are there, or those with gradients.
inline std::vector<std::string> family_names(bool with_gradients = false) {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(PI_RING_FAMILIES)) {
    if (with_gradients &&
        !std::filesystem::exists(entry.path() / "gradients.safetensors")) {
      continue;
    }
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace pi_ring
