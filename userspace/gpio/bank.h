// A bank's ten lines for the protocol, through libgpiod.
#pragma once

#include "userspace/gpio/header.h"
#include "userspace/link/protocol.h"

namespace pi_ring {

class GpioBank : public LinkLines {
 public:
  // Throws GpioError.
  GpioBank(const GpioChip& chip, const BankLines& lines, BankRole role);

  uint32_t sample() override;
  void put(uint8_t data) override { data_.set(driven_ = data); }
  void strobe(bool high) override { strobe_.set(high ? 1 : 0); }
  void take(uint8_t data) override;
  void release() override;

 private:
  GpioLines data_;
  GpioLines peer_;
  GpioLines strobe_;
  bool drives_ = false;
  uint8_t driven_ = 0;
};

}  // namespace pi_ring
