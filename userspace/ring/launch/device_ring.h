// A ring whose ranks run on other machines, behind the devices of the driver.
#pragma once

#include <string>

#include "userspace/ring/launch/ring_place.h"

namespace pi_ring {

// Opens this head's two devices. The other ranks run already, each started by
// its own machine as `pi-ring rank`.
RingPlace open_device_ring(int ranks, const std::string& up,
                           const std::string& down);

}  // namespace pi_ring
