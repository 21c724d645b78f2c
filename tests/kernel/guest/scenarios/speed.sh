# The rate of one link, in bytes a second: in each mode, at the limit of the simulated wires,
# in a program that reaches the lines through libgpiod, and with bit errors. Five rounds of
# all of these in turn; prints medians and their ratios.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment, the rest from rates.sh
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/rates.sh"

for round in 1 2 3 4 5; do
  echo "round $round"
  measure_limit
  measure_driver ""
  insmod "$lab/modules/pi_ring_sim.ko" pis=1 links=1
  measure_loopback libgpiod $((bytes / 20)) --bitbang --chip pi-ring-sim.0
  expect_no_fight
  rmmod pi_ring_sim
done
hybrid=$(median hybrid)
for name in limit irq poll hybrid-gpiod bit-errors driver libgpiod; do
  echo "$name $(median $name) B/s, hybrid / $name $(ratio "$hybrid" "$(median $name)")"
done
echo "medians of 5: hybrid $hybrid B/s, $(ratio "$hybrid" "$(median irq)") of irq," \
  "$(ratio "$(median driver)" "$(median libgpiod)") of libgpiod in a program," \
  "$(ratio "$hybrid" "$(median limit)") of the limit;" \
  "$(ratio "$(median bit-errors)" "$hybrid") of itself with bit errors at 1e-4"
