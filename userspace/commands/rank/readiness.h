// Tells the service manager that started this process how it is.
#pragma once

#include <string>

namespace pi_ring {

// As sd_notify(3) does, say "READY=1"; nothing where no manager asked for it.
void notify_manager(const std::string& state);

}  // namespace pi_ring
