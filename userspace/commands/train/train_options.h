// The options of `pi-ring train`.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/architecture/config.h"
#include "model/train/adamw.h"
#include "model/train/batches.h"
#include "model/train/schedule.h"
#include "userspace/commands/ring_options.h"

namespace pi_ring {

struct TrainOptions {
  std::vector<std::filesystem::path> data;
  std::filesystem::path model;  // a model to train further, or:
  std::string shape;            // of a new model: a name, or a config.json
  int vocab = 0;                // of a new tokenizer, or:
  std::filesystem::path tokenizer;
  RingOptions ring;
  int batch = 16;
  int micro_batches = 0;  // 0: the most that divide `batch`, up to 8
  int length = 0;         // 0: the model's context, up to 256
  ScheduleOptions schedule{
      .learning_rate = 1e-3F, .minimum = 0.0F, .warmup = 0, .steps = 1000};
  AdamWOptions adam;
  float clip = 1.0F;
  std::vector<std::filesystem::path> validation;
  int64_t validate_every = 100;
  Order order = Order::kShuffled;
  uint64_t seed = 1;
  std::filesystem::path save;
  int64_t save_every = 100;
  int keep = 2;
  bool resume = false;
  bool recompute = false;
  int64_t sample_every = 0;
  std::filesystem::path plot;
  bool json = false;

  void add_to(CLI::App& command);

  // Throws WrongCall where options contradict each other.
  void check() const;

  // Fills in the options that were not given. Throws WrongCall where the others
  // do not fit this model.
  void fill_in(const ModelConfig& config);

 private:
  void add_source_to(CLI::App& command);
  void add_step_to(CLI::App& command);
  void add_schedule_to(CLI::App& command);
  void add_adam_to(CLI::App& command);
  void add_validation_to(CLI::App& command);
  void add_output_to(CLI::App& command);
};

}  // namespace pi_ring
