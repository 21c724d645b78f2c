// Ten wires between two ends, with outputs and pulls; counts fights.
#pragma once

#include <array>
#include <cstdint>

namespace pi_ring {

inline constexpr int kEnds = 2;

// Faults of the wires. A rate of N means once in N times, 0 means never.
struct WireFaults {
  uint64_t sample_error_rate = 0;  // samples with one data line read wrong
  uint64_t put_error_rate = 0;     // puts after which one line stays wrong
  uint64_t glitch_rate = 0;        // samples with the strobe read wrong
  uint8_t stuck_low = 0;           // data lines shorted to ground
  uint8_t stuck_high = 0;          // data lines shorted to the supply
  uint8_t open = 0;                // data lines that do not connect
  uint8_t pulled_up = 0;           // data lines whose pull is up, not down
  bool strobe_open[kEnds] = {};    // this end's strobe does not connect
};

class Wires {
 public:
  WireFaults faults;

  void drive(int end, int line, bool high);
  void let_float(int end, int line);
  // The level of the data lines at an end.
  uint8_t data(int end) const;

  void set_strobe(int end, bool high) {
    if (strobe_[end] != high) ++edges_[end];
    strobe_[end] = high;
  }
  // How often this end's strobe has changed.
  uint64_t edges(int end) const { return edges_[end]; }
  bool peer_strobe(int end) const {
    return strobe_[1 - end] && !faults.strobe_open[1 - end];
  }
  bool own_strobe(int end) const { return strobe_[end]; }
  bool drives(int end) const { return driven_[end] != 0; }
  uint64_t fights() const { return fights_; }

 private:
  std::array<uint8_t, kEnds> driven_{};
  std::array<uint8_t, kEnds> level_{};
  std::array<bool, kEnds> strobe_{};
  std::array<uint64_t, kEnds> edges_{};
  uint64_t fights_ = 0;
};

}  // namespace pi_ring
