// Two products up, the gate, one product down; and back.
#include "model/train/train_feed_forward.h"

#include "model/math/gradient_simd.h"
#include "model/math/simd.h"
#include "model/train/row_tasks.h"

namespace pi_ring {

TrainFeedForward::TrainFeedForward(const TrainSetup& setup, int layer)
    : hidden_dim_(setup.config.hidden_dim),
      gate_(tensor_of(setup.config, Role::kGate, layer), setup.buffers),
      up_(tensor_of(setup.config, Role::kUp, layer), setup.buffers),
      down_(tensor_of(setup.config, Role::kDown, layer), setup.buffers),
      gate_up_({&gate_, &up_}, setup.threads, setup.buffers),
      lower_({&down_}, setup.threads, setup.buffers) {}

std::vector<Parameter*> TrainFeedForward::parameters() {
  return {&gate_, &up_, &down_};
}

void TrainFeedForward::refresh(const Pool& pool) {
  gate_up_.refresh(pool);
  lower_.refresh(pool);
}

void TrainFeedForward::activate(const Pool& pool, int rows,
                                const float* gate_up, float* activated) const {
  const size_t hidden = floats(hidden_dim_);
  each_row(pool, rows, [&](size_t row) {
    const float* gate = gate_up + row * 2 * hidden;
    simd::swiglu(gate, gate + hidden, activated + row * hidden, hidden);
  });
}

void TrainFeedForward::lift(const Pool& pool, int rows, const float* x,
                            float* gate_up) const {
  gate_up_.forward(pool, rows, x, gate_up);
}

void TrainFeedForward::lower(const Pool& pool, int rows, const float* gate_up,
                             float* activated, float* y) const {
  activate(pool, rows, gate_up, activated);
  lower_.forward(pool, rows, activated, y);
}

void TrainFeedForward::backward(const Pool& pool, int rows, const float* x,
                                const float* dy, float* gate_up,
                                float* activated, ProjectionSpace& products,
                                float* dx) {
  const size_t hidden = floats(hidden_dim_);
  activate(pool, rows, gate_up, activated);
  lower_.backward_weights(pool, rows, dy, activated, products);
  lower_.backward_input(pool, rows, dy, activated, products);
  each_row(pool, rows, [&](size_t row) {
    float* gate = gate_up + row * 2 * hidden;
    simd::swiglu_backward(activated + row * hidden, gate, gate + hidden,
                          hidden);
  });
  gate_up_.backward_weights(pool, rows, gate_up, x, products);
  gate_up_.backward_input(pool, rows, gate_up, dx, products);
}

}  // namespace pi_ring
