# The rates of two drivers on the same simulated wires: that of another checkout (before.ko) and
# this one. Twelve rounds, in which both are measured, each first in every other round; prints
# medians and their ratios.
# shellcheck shell=sh disable=SC1091,SC2034,SC2154 # lab comes from the environment, the rest from rates.sh
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/rates.sh"
rounds=12
order="before pi_ring"

for round in $(seq $rounds); do
  echo "round $round"
  for driver_file in $order; do
    measure_driver "$driver_file."
  done
  order="${order#* } ${order% *}"
done
said=
for name in irq hybrid poll bit-errors hybrid-gpiod driver; do
  before=$(median before.$name)
  now=$(median pi_ring.$name)
  echo "$name $before B/s before, $now B/s now, $(ratio "$now" "$before")"
  said="$said $name $(ratio "$now" "$before"),"
done
echo "medians of $rounds, as a part of those before:${said%,}"
