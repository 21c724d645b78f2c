// Which model a call means.
#pragma once

#include <filesystem>

#include "model/folder/model_folder.h"

namespace pi_ring {

// The demo model, of calls that name none: as it was installed with this
// program, or in the checkout that the program was built from.
std::filesystem::path demo_model();

// Opens the model in this folder. In the folder of a training run it opens the
// newest checkpoint without damage, and says on standard error which. Throws
// BadInput.
ModelFolder open_model(const std::filesystem::path& path);

}  // namespace pi_ring
