#include "userspace/commands/head_ring.h"

#include "userspace/commands/command.h"
#include "userspace/commands/formatted.h"
#include "userspace/link/device.h"

namespace pi_ring {

HeadRing::HeadRing(const RingOptions& options, int ranks,
                   const ProcessRing::Body& body, Warden::OnStop on_stop)
    : ranks_(ranks) {
  if (!options.is_over_devices()) {
    processes_ = std::make_unique<ProcessRing>(ranks, body, ShmLinks::kCapacity,
                                               std::move(on_stop));
    if (ranks == 1) return;
    up_ = &processes_->up();
    down_ = &processes_->down();
    return;
  }
  if (ranks == 1) {
    throw WrongCall(
        "--link gpio needs two ranks at least: say --ranks, or give a model "
        "that `pi-ring shard` has cut");
  }
  up_device_ = std::make_unique<DeviceLink>(options.up);
  down_device_ = std::make_unique<DeviceLink>(options.down);
  up_ = up_device_.get();
  down_ = down_device_.get();
  // A head before this one may have stopped amid a message.
  up_->renew();
  down_->renew();
}

std::string HeadRing::explain(const LinkError& error,
                              std::chrono::milliseconds waited) const {
  if (processes_) {
    return processes_->explain(error, waited).value_or(error.what());
  }
  if (error.kind() != LinkError::Kind::kTimeout) return error.what();
  return formatted(
      "the ring of %d has not answered for %.1f s (%s): does `pi-ring rank` "
      "run on every other Pi, and what does it say?",
      ranks_, static_cast<double>(waited.count()) / 1000, error.what());
}

}  // namespace pi_ring
