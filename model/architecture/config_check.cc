// Refuses numbers that no model can have.
#include "model/architecture/config_check.h"

#include <cmath>
#include <string>

#include "model/base/bad_input.h"

namespace pi_ring {
namespace {

void check_multiple(const std::filesystem::path& file, const char* what,
                    int number, const char* of, int divisor) {
  if (number % divisor == 0) return;
  throw BadInput(file, std::string(what) + " is " + std::to_string(number) +
                           ", expected a multiple of " + of + " (" +
                           std::to_string(divisor) + ")");
}

void check_token(const std::filesystem::path& file, const char* what, int token,
                 int vocab) {
  if (token >= 0 && token < vocab) return;
  throw BadInput(file, std::string(what) + " is " + std::to_string(token) +
                           ", expected 0 to " + std::to_string(vocab - 1));
}

}  // namespace

int checked_count(const std::filesystem::path& file, std::string_view field,
                  int64_t value, int64_t most) {
  if (value >= 1 && value <= most) return static_cast<int>(value);
  throw BadInput(file, std::string(field) + " is " + std::to_string(value) +
                           ", expected 1 to " + std::to_string(most));
}

void check_config(const ModelConfig& config,
                  const std::filesystem::path& file) {
  check_multiple(file, "the hidden size", config.dim, "the attention heads",
                 config.heads);
  check_multiple(file, "the number of attention heads", config.heads,
                 "the key-value heads", config.kv_heads);
  // RoPE turns pairs of numbers.
  check_multiple(file, "the head's size", config.head_dim(), "a pair", 2);
  check_token(file, "the begin token", config.bos, config.vocab);
  check_token(file, "the end token", config.eos, config.vocab);
  if (!(config.norm_epsilon > 0.0F && config.norm_epsilon < 1.0F)) {
    throw BadInput(file, "the norm's epsilon is " +
                             std::to_string(config.norm_epsilon) +
                             ", expected more than 0 and less than 1");
  }
  if (!std::isfinite(config.rope_theta) || config.rope_theta < 1.0F) {
    throw BadInput(file, "RoPE's theta is " +
                             std::to_string(config.rope_theta) +
                             ", expected at least 1");
  }
}

}  // namespace pi_ring
