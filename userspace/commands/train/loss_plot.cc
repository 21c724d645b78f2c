// Draws the losses over the steps.
#include "userspace/commands/train/loss_plot.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "userspace/commands/formatted.h"

namespace pi_ring {
namespace {

// Positions in SVG's units, from the top left.
constexpr double kWidth = 860;
constexpr double kHeight = 460;
constexpr double kLeft = 64;
constexpr double kRight = kWidth - 24;
constexpr double kTop = 56;
constexpr double kBottom = kHeight - 56;
// A picture of this width cannot show more points.
constexpr size_t kMostPoints = 1500;
// The running mean is over this share of all points.
constexpr size_t kSmoothedShare = 40;

constexpr const char* kHead = R"(<svg xmlns="http://www.w3.org/2000/svg" )"
                              R"(viewBox="0 0 860 460" role="img">
<style>
  text { font: 13px system-ui, sans-serif; fill: #444 }
  .title { font-size: 16px; font-weight: 600; fill: #222 }
  .grid { stroke: #e6e6e6 }
  .axis { stroke: #888 }
  .raw { fill: none; stroke: #9ec5e8; stroke-width: 1 }
  .smooth { fill: none; stroke: #1b66a8; stroke-width: 2.2; stroke-linejoin: round }
  .validation { fill: none; stroke: #d9641e; stroke-width: 1.2; stroke-dasharray: 3 3 }
  .point { fill: #d9641e; stroke: #fff }
</style>
<rect width="860" height="460" fill="#fff"/>
)";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else {
      result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

// The first and last number of an axis, and its step of 1, 2 or 5.
struct Axis {
  double from = 0;
  double to = 1;
  double step = 1;

  Axis(double least, double most, int ticks, double finest) {
    const double rough = std::max((most - least) / ticks, finest);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    step = 10 * power;
    for (const double nice : {5.0, 2.0, 1.0}) {
      if (nice * power >= rough) step = nice * power;
    }
    from = std::floor(least / step) * step;
    to = std::max(std::ceil(most / step) * step, from + step);
  }
  int ticks() const {
    return static_cast<int>(std::lround((to - from) / step));
  }
  double share(double value) const { return (value - from) / (to - from); }
};

std::vector<LossPoint> finite(const std::vector<LossPoint>& points) {
  std::vector<LossPoint> result;
  std::ranges::copy_if(
      points, std::back_inserter(result),
      [](const LossPoint& point) { return std::isfinite(point.loss); });
  return result;
}

std::vector<LossPoint> smoothed(const std::vector<LossPoint>& points) {
  std::vector<double> sums = {0.0};
  for (const LossPoint& point : points)
    sums.push_back(sums.back() + point.loss);
  const size_t half = points.size() / kSmoothedShare / 2;
  std::vector<LossPoint> result = points;
  for (size_t i = 0; i < points.size(); ++i) {
    // Takes as many points on either side, so that the ends of a slope stay
    // straight.
    const size_t reach = std::min({half, i, points.size() - 1 - i});
    result[i].loss = (sums[i + reach + 1] - sums[i - reach]) /
                     static_cast<double>(2 * reach + 1);
  }
  return result;
}

class Picture {
 public:
  explicit Picture(const LossCurves& curves)
      : title_(curves.title),
        training_(finite(curves.training)),
        validation_(finite(curves.validation)) {
    std::vector<LossPoint> all = training_;
    all.insert(all.end(), validation_.begin(), validation_.end());
    if (all.empty()) return;
    const auto [low, high] =
        std::ranges::minmax_element(all, {}, &LossPoint::loss);
    losses_ = Axis(low->loss, high->loss, 6, 0.001);
    const auto [first, last] =
        std::ranges::minmax_element(all, {}, &LossPoint::step);
    steps_ = Axis(static_cast<double>(std::min<int64_t>(first->step, 0)),
                  static_cast<double>(last->step), 8, 1.0);
    steps_.to = std::max<double>(static_cast<double>(last->step), 1.0);
  }

  std::string draw() {
    svg_ = kHead;
    text("title", kLeft, 28, "start", escaped(title_));
    draw_axes();
    draw_curve("raw", training_);
    draw_curve("smooth", smoothed(training_));
    draw_curve("validation", validation_);
    for (const LossPoint& point : validation_) {
      svg_ += formatted(R"(<circle class="point" cx="%.1f" cy="%.1f" r="4"/>)",
                        x(static_cast<double>(point.step)), y(point.loss)) +
              "\n";
    }
    draw_legend();
    return svg_ + "</svg>\n";
  }

 private:
  double x(double step) const {
    return kLeft + steps_.share(step) * (kRight - kLeft);
  }
  double y(double loss) const {
    return kBottom - losses_.share(loss) * (kBottom - kTop);
  }

  void line(const char* kind, double x1, double y1, double x2, double y2) {
    svg_ += formatted(
                R"(<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>)",
                kind, x1, y1, x2, y2) +
            "\n";
  }
  void text(const char* kind, double at_x, double at_y, const char* anchor,
            const std::string& content) {
    svg_ += formatted(R"(<text class="%s" x="%.1f" y="%.1f" text-anchor="%s">)",
                      kind, at_x, at_y, anchor) +
            content + "</text>\n";
  }

  void draw_axes() {
    for (int tick = 0; tick <= losses_.ticks(); ++tick) {
      const double loss = losses_.from + tick * losses_.step;
      line("grid", kLeft, y(loss), kRight, y(loss));
      text("tick", kLeft - 8, y(loss) + 4, "end", formatted("%g", loss));
    }
    for (double step = steps_.from; step <= steps_.to; step += steps_.step) {
      line("axis", x(step), kBottom, x(step), kBottom + 5);
      text("tick", x(step), kBottom + 20, "middle", formatted("%.0f", step));
    }
    line("axis", kLeft, kBottom, kRight, kBottom);
    text("label", (kLeft + kRight) / 2, kHeight - 14, "middle", "step");
    text("label", kLeft, kTop - 10, "middle", "loss");
  }

  void draw_curve(const char* kind, const std::vector<LossPoint>& points) {
    if (points.empty()) return;
    const size_t stride = points.size() / kMostPoints + 1;
    svg_ += formatted(R"(<polyline class="%s" points=")", kind);
    for (size_t i = 0; i < points.size(); i += stride) add(points[i]);
    if ((points.size() - 1) % stride != 0) add(points.back());
    svg_ += "\"/>\n";
  }
  void add(const LossPoint& point) {
    svg_ += formatted("%.1f,%.1f ", x(static_cast<double>(point.step)),
                      y(point.loss));
  }

  void draw_legend() {
    double at = kTop + 14;
    if (!training_.empty()) {
      line("smooth", kRight - 190, at - 4, kRight - 166, at - 4);
      text("label", kRight - 158, at, "start",
           formatted("training, at last %.3f", smoothed_end()));
      at += 22;
    }
    if (!validation_.empty()) {
      svg_ += formatted(R"(<circle class="point" cx="%.1f" cy="%.1f" r="4"/>)",
                        kRight - 178, at - 4);
      text("label", kRight - 158, at, "start",
           formatted("validation, at last %.3f", validation_.back().loss));
    }
  }
  // Takes the mean of the last points: smoothed() ends on a single one.
  double smoothed_end() const {
    const size_t count = training_.size() / kSmoothedShare + 1;
    double sum = 0;
    for (size_t i = training_.size() - count; i < training_.size(); ++i) {
      sum += training_[i].loss;
    }
    return sum / static_cast<double>(count);
  }

  std::string title_;
  std::vector<LossPoint> training_;
  std::vector<LossPoint> validation_;
  Axis losses_{0, 1, 4, 0.001};
  Axis steps_{0, 1, 1, 1.0};
  std::string svg_;
};

}  // namespace

std::string loss_svg(const LossCurves& curves) {
  return Picture(curves).draw();
}

}  // namespace pi_ring
