// The number asked for, the number cut for, and the number of layers.
#include "userspace/commands/ranks.h"

#include <algorithm>
#include <string>

#include "model/base/bad_input.h"
#include "userspace/commands/command.h"

namespace pi_ring {

void check_ranks(int ranks, const ModelConfig& config) {
  if (ranks > config.layers + 1) {
    throw WrongCall("--ranks " + std::to_string(ranks) + ": " + config.name +
                    " has " + std::to_string(config.layers) +
                    " layers, which 1 to " + std::to_string(config.layers + 1) +
                    " ranks can hold");
  }
}

Cut choose_cut(const ModelFolder& model, int asked) {
  const int ranks = asked != 0 ? asked : std::max(1, model.ranks());
  if (model.is_cut() && ranks != model.ranks()) {
    throw BadInput(model.path(),
                   "was cut for " + std::to_string(model.ranks()) +
                       " ranks, --ranks asks for " + std::to_string(asked));
  }
  check_ranks(ranks, model.config());
  return model.cut_for(ranks);
}

}  // namespace pi_ring
