#include "userspace/commands/train/loss_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pi_ring {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(LossPlot, ShowsCurvePointsAndNumbers) {
  LossCurves curves{"demo", {}, {{50, 2.5}, {100, 1.5}}};
  for (int step = 1; step <= 100; ++step) {
    curves.training.push_back({step, 1.0 + 4.0 / step});
  }
  const std::string svg = loss_svg(curves);
  EXPECT_THAT(svg, AllOf(HasSubstr(">demo</text>"), HasSubstr(">100</text>"),
                         HasSubstr(">5</text>"), HasSubstr(">1</text>"),
                         HasSubstr("class=\"smooth\""),
                         HasSubstr("validation, at last 1.500"),
                         HasSubstr("training, at last 1.04")));
}

TEST(LossPlot, LeavesOutValuesThatAreNotFinite) {
  const std::string svg =
      loss_svg({"", {{1, 2.0}, {2, NAN}, {3, INFINITY}, {4, 1.0}}, {}});
  EXPECT_THAT(svg, AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf")),
                         Not(HasSubstr("validation,"))));
}

TEST(LossPlot, OfNothingOrOnePointIsValidToo) {
  EXPECT_THAT(loss_svg({}), HasSubstr("</svg>"));
  const std::string svg = loss_svg({"", {{0, 3.0}}, {}});
  EXPECT_THAT(svg, AllOf(HasSubstr("</svg>"), Not(HasSubstr("nan"))));
  EXPECT_LT(svg.size(), 5000U) << "too many ticks";
}

TEST(LossPlot, OfManyStepsStaysSmall) {
  LossCurves curves;
  for (int step = 0; step < 1000000; ++step) {
    curves.training.push_back({step, 3.0 + std::sin(step)});
  }
  EXPECT_LT(loss_svg(curves).size(), 100000U);
}

TEST(LossPlot, EscapesItsTitle) {
  EXPECT_THAT(loss_svg({"a<b>&\"c\"\n", {}, {}}),
              HasSubstr("a&lt;b&gt;&amp;\"c\" </text>"));
}

}  // namespace
}  // namespace pi_ring
