// A GPIO controller's registers on simulated wires, for kmod/pins/registers.c.
#pragma once

#include <array>
#include <cstdint>

#include "tests/proto/end.h"

extern "C" {
#include "kmod/pins/registers.h"
}

namespace pi_ring {

// Which lines a bank has, and how the controller turns them.
struct RegisterLayout {
  const char* name;
  std::array<uint8_t, 8> data;
  uint8_t clk;
  uint8_t ack;
  bool turns;  // a register turns lines between input and output, as on the RP1
};

class RegisterFile {
 public:
  // The end reaches its lines through these registers from now on.
  RegisterFile(const RegisterLayout& layout, End* end, Wires* wires,
               Random* random);
  RegisterFile(const RegisterFile&) = delete;
  RegisterFile& operator=(const RegisterFile&) = delete;

  enum class Kind { kSet, kClear, kLevel, kOutput, kInput };
  uint32_t read(Kind kind);
  void write(Kind kind, uint32_t value);

  // How often a strobe changed without a read after a change of the data, which
  // gives the data time to settle.
  uint64_t unsettled() const { return unsettled_; }
  uint64_t reads() const { return reads_; }

  struct Cell {
    RegisterFile* file;
    Kind kind;
  };

 private:
  void power_off();
  void change_data(uint32_t lines);
  void change_line(int line);
  uint32_t strobe_bit() const;

  static const pr_lines kTurn;  // take and release, where no register turns

  const RegisterLayout layout_;
  End* const end_;
  Wires* const wires_;
  Random* const random_;
  std::array<Cell, 5> cells_;
  pi_ring_registers registers_{};
  uint32_t latch_ = 0;
  uint32_t outputs_ = 0;
  bool dirty_ = false;
  uint64_t unsettled_ = 0;
  uint64_t reads_ = 0;
};

}  // namespace pi_ring
