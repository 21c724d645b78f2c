# The rate of one link, in bytes a second: in each mode, at the limit of the simulated wires,
# in a program that reaches the lines through libgpiod, and with bit errors. Five rounds of
# all of these in turn; prints medians and their ratios.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from modules.sh
. "$lab/scenarios/modules.sh"
bytes=${bytes:-100000}
results=/dev/speed
: >$results

note() {
  echo "$1 $2" | tee -a $results
}

measure_limit() {
  insmod "$lab/modules/pi_ring_sim.ko"
  echo "$bytes" >"$wires/limit"
  note limit "$(cat "$wires/limit")"
  expect_no_fight
  rmmod pi_ring_sim
}

# measure_mode NAME MODE BYTES
measure_mode() {
  for side in down up; do
    echo "$2" >"/sys/class/misc/pi-ring-$side/mode"
  done
  note "$1" "$("$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up "$3" 0 3 |
    awk '{ print $6 }')"
}

# measure_loopback NAME BYTES OPTIONS...: BYTES each way at once, one program at both ends
measure_loopback() {
  name=$1
  loopback_bytes=$2
  shift 2
  note "$name" "$($pi_ring loopback --json --turns 0 --patience 60 --bytes $loopback_bytes "$@" |
    grep -o '"seconds":[^,]*' |
    awk -F : -v bytes=$((2 * loopback_bytes)) \
      '$2 > longest { longest = $2 } END { printf "%.0f", bytes / longest }')"
}

median() {
  awk -v name="$1" '$1 == name { print $2 }' $results | sort -n | sed -n 3p
}

ratio() {
  awk "BEGIN { printf \"%.2f\", $1 / $2 }"
}

for round in 1 2 3 4 5; do
  echo "round $round"
  measure_limit
  load_modules
  measure_mode irq irq $((bytes / 20))
  measure_mode hybrid hybrid "$bytes"
  measure_mode poll poll "$bytes"
  echo 100 >"$wires/bit_error_ppm"
  measure_mode bit-errors hybrid "$bytes"
  echo 0 >"$wires/bit_error_ppm"
  expect_no_fight
  unload_modules
  module_parameters=fastio=0 load_modules
  measure_mode hybrid-gpiod hybrid "$bytes"
  expect_no_fight
  unload_modules
  load_modules pis=1 links=1
  measure_loopback driver "$bytes"
  unload_modules
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
