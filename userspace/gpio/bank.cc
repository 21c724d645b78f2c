#include "userspace/gpio/bank.h"

namespace pi_ring {

GpioBank::GpioBank(const GpioChip& chip, const BankLines& lines, BankRole role)
    : data_(chip, std::span(lines).first(kDataWires), Pull::kPullDown),
      peer_(chip,
            std::span(lines).subspan(
                role == BankRole::kDownstream ? kAck : kClk, 1),
            Pull::kPullDown),
      strobe_(chip,
              std::span(lines).subspan(
                  role == BankRole::kDownstream ? kClk : kAck, 1),
              Pull::kPullDown) {
  strobe_.drive(0);
}

// The strobe is read first, as the data must not be older than it. Data that
// this end drives need not be read.
uint32_t GpioBank::sample() {
  const uint32_t strobe = peer_.levels() << kDataWires;
  return strobe | (drives_ ? driven_ : data_.levels());
}

void GpioBank::take(uint8_t data) {
  driven_ = data;
  data_.drive(data);
  drives_ = true;
}

void GpioBank::release() {
  data_.listen(Pull::kPullDown);
  drives_ = false;
}

}  // namespace pi_ring
