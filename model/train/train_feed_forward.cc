// One or two products up, the activation, one product down; and back.
#include "model/train/train_feed_forward.h"

#include "model/train/row_tasks.h"

namespace pi_ring {

TrainFeedForward::TrainFeedForward(const TrainSetup& setup, int layer)
    : hidden_dim_(floats(setup.config.hidden_dim)),
      lift_dim_(floats(setup.config.lift_dim())),
      activation_(*setup.config.architecture),
      lift_(setup, layer, kLiftRoles),
      lower_(setup, layer, kDownRoles) {}

void TrainFeedForward::append_parameters(std::vector<Parameter*>& all) const {
  lift_.append_parameters(all);
  lower_.append_parameters(all);
}

void TrainFeedForward::refresh(const Pool& pool) {
  lift_.refresh(pool);
  lower_.refresh(pool);
}

void TrainFeedForward::activate(const Pool& pool, int rows, const float* lifted,
                                float* activated) const {
  each_row(pool, rows, [&](size_t row) {
    activation_.forward(lifted + row * lift_dim_, activated + row * hidden_dim_,
                        hidden_dim_);
  });
}

void TrainFeedForward::lift(const Pool& pool, int rows, const float* x,
                            float* lifted) const {
  lift_.forward(pool, rows, x, lifted);
}

void TrainFeedForward::lower(const Pool& pool, int rows, const float* lifted,
                             float* activated, float* y) const {
  activate(pool, rows, lifted, activated);
  lower_.forward(pool, rows, activated, y);
}

void TrainFeedForward::backward(const Pool& pool, int rows, const float* x,
                                const float* dy, float* lifted,
                                float* activated, ProjectionSpace& products,
                                float* dx) {
  activate(pool, rows, lifted, activated);
  lower_.backward_weights(pool, rows, dy, activated, products);
  lower_.backward_input(pool, rows, dy, activated, products);
  each_row(pool, rows, [&](size_t row) {
    activation_.backward(activated + row * hidden_dim_,
                         lifted + row * lift_dim_, hidden_dim_);
  });
  lift_.backward_weights(pool, rows, lifted, x, products);
  lift_.backward_input(pool, rows, lifted, dx, products);
}

}  // namespace pi_ring
