// The options of commands that write text: how much, and how tokens are chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>

#include "model/text/sampler.h"
#include "userspace/ring/text/text_generator.h"

namespace pi_ring {

struct TextOptions {
  TextLimits limits;
  SamplingOptions sampling = {};
  std::optional<uint64_t> seed = {};

  void add_to(CLI::App& command);

  // The options of a sampler: with the seed that was given, or one by chance.
  SamplingOptions seeded() const;
};

}  // namespace pi_ring
