// The number asked for, the number cut for, and the number of layers.
#include "userspace/commands/ranks.h"

#include <string>

#include "model/base/bad_input.h"
#include "model/folder/shard.h"
#include "model/folder/shard_folder.h"
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

int resolve_ranks(const std::filesystem::path& model, int asked) {
  const int cut_for = ranks_of_shards(model);
  if (cut_for == 0) {
    check_ranks(asked, read_config(model));
    return asked == 0 ? 1 : asked;
  }
  if (asked != 0 && asked != cut_for) {
    throw BadInput(model, "was cut for " + std::to_string(cut_for) +
                              " ranks, --ranks asks for " +
                              std::to_string(asked));
  }
  // Before as many processes are started as a damaged file may claim.
  const ModelConfig config = read_config(folder_of_rank(model, cut_for - 1));
  if (cut_for > config.layers + 1) {
    throw BadInput(model, "claims to be cut for " + std::to_string(cut_for) +
                              " ranks, more than its " +
                              std::to_string(config.layers) + " layers allow");
  }
  return cut_for;
}

}  // namespace pi_ring
