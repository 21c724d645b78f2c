# Measures the rate of one link, in bytes a second: in each mode, and with bit errors. Sourced
# after modules.sh.
# shellcheck shell=sh disable=SC2154,SC2086 # lab and pi_ring come from modules.sh
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
  awk -v name="$1" '$1 == name { print $2 }' $results | sort -n |
    awk '{ rates[NR] = $1 } END { print rates[int((NR + 1) / 2)] }'
}

ratio() {
  awk "BEGIN { printf \"%.2f\", $1 / $2 }"
}

# measure_driver PREFIX: everything about the driver that load_modules loads; a prefix tells two
# drivers apart.
measure_driver() {
  load_modules
  measure_mode "$1irq" irq $((bytes / 20))
  measure_mode "$1hybrid" hybrid "$bytes"
  measure_mode "$1poll" poll "$bytes"
  echo 100 >"$wires/bit_error_ppm"
  measure_mode "$1bit-errors" hybrid "$bytes"
  echo 0 >"$wires/bit_error_ppm"
  expect_no_fight
  unload_modules
  module_parameters=fastio=0 load_modules
  measure_mode "$1hybrid-gpiod" hybrid "$bytes"
  expect_no_fight
  unload_modules
  load_modules pis=1 links=1
  measure_loopback "$1driver" "$bytes"
  unload_modules
}
