// The ring as its head has it: ranks that are processes on this machine, or
// neighbours behind devices.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "userspace/commands/ring_options.h"
#include "userspace/ring/launch/process_ring.h"

namespace pi_ring {

class HeadRing {
 public:
  // Where the ranks are processes it forks, so it comes before any thread;
  // `body` is theirs, and `on_stop` is asked as ProcessRing asks.
  HeadRing(const RingOptions& options, int ranks, const ProcessRing::Body& body,
           Warden::OnStop on_stop = {});

  // The head's ends; null where it is alone.
  Link* up() { return up_; }
  Link* down() { return down_; }

  // Who is to blame for an error at one of them, as far as that is known.
  std::string explain(const LinkError& error,
                      std::chrono::milliseconds waited) const;

 private:
  int ranks_;
  std::unique_ptr<ProcessRing> processes_;
  std::unique_ptr<Link> up_device_;
  std::unique_ptr<Link> down_device_;
  Link* up_ = nullptr;
  Link* down_ = nullptr;
};

}  // namespace pi_ring
