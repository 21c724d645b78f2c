#include "tests/userspace/wires/simulated_wires.h"

#include <algorithm>

namespace pi_ring {

SimulatedWires::SimulatedWires() {
  pulls_.fill(Pull::kPullDown);
  for (size_t wire = 0; wire < kWires; ++wire) {
    net_of_[near_end(wire)] = net_of_[far_end(wire)] = new_net();
  }
}

size_t SimulatedWires::new_net() { return nets_made_++; }

void SimulatedWires::open(size_t wire) { net_of_[far_end(wire)] = new_net(); }

void SimulatedWires::open_near(size_t wire) {
  net_of_[near_end(wire)] = new_net();
}

void SimulatedWires::swap(size_t wire, size_t other) {
  std::swap(net_of_[far_end(wire)], net_of_[far_end(other)]);
}

void SimulatedWires::join(size_t wire, size_t other) {
  const size_t gone = net_of_[near_end(other)];
  std::ranges::replace(net_of_, gone, net_of_[near_end(wire)]);
}

void SimulatedWires::stick(size_t wire, bool high) {
  nets_[net_of_[near_end(wire)]].stuck = high;
}

void SimulatedWires::stick_far_end(size_t wire, bool high) {
  open(wire);
  nets_[net_of_[far_end(wire)]].stuck = high;
}

void SimulatedWires::take_pulls(size_t wire) {
  nets_[net_of_[near_end(wire)]].unpulled = true;
}

void SimulatedWires::listen(size_t end, Pull pull) {
  driven_[end] = false;
  if (pull != Pull::kAsIs) pulls_[end] = pull;
  settle(net_of_[end]);
}

void SimulatedWires::raise(size_t end) {
  const size_t net = net_of_[end];
  for (size_t other = 0; other < kMostEnds; ++other) {
    if (other != end && net_of_[other] == net && driven_[other]) ++fights_;
  }
  if (nets_[net].stuck == false) ++overloads_;
  driven_[end] = true;
  settle(net);
}

// Pulls that disagree are like a pull-up here, and none keeps the charge.
void SimulatedWires::settle(size_t number) {
  Net& net = nets_[number];
  bool driven = false;
  bool up = false;
  bool down = false;
  for (size_t end = 0; end < kMostEnds; ++end) {
    if (net_of_[end] != number) continue;
    driven |= driven_[end];
    up |= pulls_[end] == Pull::kPullUp;
    down |= pulls_[end] == Pull::kPullDown;
  }
  if (driven) {
    net.charge = true;
  } else if ((up || down) && !net.unpulled) {
    net.charge = up;
  }
  if (net.stuck) net.charge = *net.stuck;
}

bool SimulatedWires::level(size_t end) {
  settle(net_of_[end]);
  return nets_[net_of_[end]].charge;
}

EndSet SimulatedEnds::levels() {
  EndSet levels;
  for (size_t end = 0; end < count_; ++end) {
    levels[end] = wires_.level(first_ + end);
  }
  return levels;
}

void SimulatedEnds::pause(Time time) {
  constexpr Time step{250};
  for (Time passed{}; passed < time; passed += step) {
    now_ += step;
    meanwhile_();
  }
}

}  // namespace pi_ring
