// Tells the service manager that started this process its state.
#pragma once

#include <string>

namespace pi_ring {

// Sends `state`, as "READY=1", like sd_notify(3). Does nothing where no manager
// asked for it.
void notify_manager(const std::string& state);

}  // namespace pi_ring
