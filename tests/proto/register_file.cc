// Lines change one after another, and the other end may act in between.
#include "tests/proto/register_file.h"

#include <algorithm>

extern "C" u32 readl_relaxed(const void* address) {
  const auto* cell = static_cast<const pi_ring::RegisterFile::Cell*>(address);
  return cell->file->read(cell->kind);
}

extern "C" void writel_relaxed(u32 value, void* address) {
  const auto* cell = static_cast<pi_ring::RegisterFile::Cell*>(address);
  cell->file->write(cell->kind, value);
}

namespace pi_ring {

const pr_lines RegisterFile::kTurn = {
    .sample = nullptr,
    .put = nullptr,
    .strobe = nullptr,
    .take = [](void* ctx, u8 data) -> int {
      auto& file = *static_cast<RegisterFile*>(ctx);
      const uint32_t high = file.registers_.lines_of[data];
      file.latch_ = (file.latch_ & ~file.registers_.data) | high;
      file.outputs_ |= file.registers_.data;
      file.change_data(file.registers_.data);
      return 0;
    },
    .release = [](void* ctx) -> int {
      auto& file = *static_cast<RegisterFile*>(ctx);
      file.outputs_ &= ~file.registers_.data;
      file.change_data(file.registers_.data);
      return 0;
    },
};

RegisterFile::RegisterFile(const RegisterLayout& layout, End* end, Wires* wires,
                           Random* random)
    : layout_(layout),
      end_(end),
      wires_(wires),
      random_(random),
      cells_{{{this, Kind::kSet},
              {this, Kind::kClear},
              {this, Kind::kLevel},
              {this, Kind::kOutput},
              {this, Kind::kInput}}} {
  const bool downstream = end->number() == 0;
  registers_.set = &cells_[0];
  registers_.clear = &cells_[1];
  registers_.level = &cells_[2];
  registers_.output = layout.turns ? &cells_[3] : nullptr;
  registers_.input = layout.turns ? &cells_[4] : nullptr;
  registers_.turn = &kTurn;
  registers_.turn_ctx = this;
  registers_.strobe = 1U << (downstream ? layout.clk : layout.ack);
  registers_.peer = 1U << (downstream ? layout.ack : layout.clk);
  std::copy(layout.data.begin(), layout.data.end(), registers_.line);
  pi_ring_registers_index(&registers_);
  end->reach_lines_through(&pi_ring_registers_lines, &registers_,
                           [this] { power_off(); });
}

void RegisterFile::power_off() {
  latch_ = outputs_ = 0;
  dirty_ = registers_.dirty = false;
}

// One access: strobe and data are of one moment. All other lines are noise.
uint32_t RegisterFile::read(Kind /*kind*/) {
  if (!end_->touch()) return 0;
  ++reads_;
  dirty_ = false;
  bool strobe = wires_->peer_strobe(end_->number());
  if (random_->once_in(wires_->faults.glitch_rate)) strobe = !strobe;
  uint32_t data = wires_->data(end_->number());
  if (random_->once_in(wires_->faults.sample_error_rate)) {
    data ^= 1U << random_->below(8);
  }
  const auto noise = static_cast<uint32_t>(random_->next());
  return (noise & ~(registers_.data | registers_.peer)) |
         registers_.lines_of[data] | (strobe ? registers_.peer : 0);
}

void RegisterFile::write(Kind kind, uint32_t value) {
  if (!end_->touch()) return;
  if (kind == Kind::kSet) latch_ |= value;
  if (kind == Kind::kClear) latch_ &= ~value;
  if (kind == Kind::kOutput) outputs_ |= value;
  if (kind == Kind::kInput) outputs_ &= ~value;
  if (value & registers_.data) change_data(value & registers_.data);
  if (value & registers_.strobe) {
    unsettled_ += dirty_;
    wires_->set_strobe(end_->number(), latch_ & registers_.strobe);
  }
}

void RegisterFile::change_data(uint32_t lines) {
  dirty_ = true;
  const int first = static_cast<int>(random_->below(8));
  for (int i = 0; i < 8; ++i) {
    const int line = (first + i) % 8;
    if (lines & 1U << layout_.data[line]) change_line(line);
    if (random_->once_in(8) && !end_->touch()) return;
  }
}

void RegisterFile::change_line(int line) {
  const uint32_t bit = 1U << layout_.data[line];
  if (outputs_ & bit) {
    wires_->drive(end_->number(), line, latch_ & bit);
  } else {
    wires_->let_float(end_->number(), line);
  }
}

}  // namespace pi_ring
