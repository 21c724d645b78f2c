#include "userspace/commands/model_shape.h"

#include <filesystem>

#include "model/folder/random_model.h"
#include "userspace/commands/command.h"

namespace pi_ring {

ModelConfig config_of_shape(const std::string& shape,
                            const Architecture& family) {
  for (const char* known : {"260K", "15M", "42M", "110M"}) {
    if (shape != known) continue;
    ModelConfig config = shape_of(shape, family);
    config.name = shape;
    return config;
  }
  const std::filesystem::path path = shape;
  if (!std::filesystem::exists(path)) {
    throw WrongCall("--shape " + shape + ": expected " + kShapeNames);
  }
  if (path.filename() != "config.json") return read_config(path);
  return read_config(path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace pi_ring
