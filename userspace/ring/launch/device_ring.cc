// Opens both devices and drops what an earlier head left on them.
#include "userspace/ring/launch/device_ring.h"

#include "userspace/link/device.h"
#include "userspace/ring/message/wording.h"

namespace pi_ring {
namespace {

struct Devices {
  DeviceLink up;
  DeviceLink down;
};

std::string explain(int ranks, const LinkError& error) {
  if (error.kind() != LinkError::Kind::kTimeout) return error.what();
  return describe_silence("the ring of " + std::to_string(ranks),
                          error.waited()) +
         " (" + error.what() +
         "): does `pi-ring rank` run on every other Pi, and what does it say?";
}

}  // namespace

RingPlace open_device_ring(int ranks, const std::string& up,
                           const std::string& down) {
  // Not make_shared: a link cannot be copied.
  const std::shared_ptr<Devices> devices(
      new Devices{DeviceLink(up), DeviceLink(down)});
  // A head before this one may have stopped in the middle of a message.
  devices->up.reset_stream();
  devices->down.reset_stream();
  return {.rank = ranks - 1,
          .ranks = ranks,
          .up = &devices->up,
          .down = &devices->down,
          .ranks_are_services = true,
          .explain =
              [ranks](const LinkError& error) { return explain(ranks, error); },
          .owner = devices};
}

}  // namespace pi_ring
