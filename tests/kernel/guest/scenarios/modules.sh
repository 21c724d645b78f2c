# Loads the driver on simulated wires, and reads the counters of wires and links. Sourced by
# all scenarios.
# shellcheck shell=sh disable=SC2154 # lab comes from the environment

wires=/sys/kernel/debug/pi_ring_sim

# pi-ring, run by its own loader: a guest has no other libraries
# shellcheck disable=SC2034 # several words, used by some scenarios
pi_ring="$(echo "$lab"/lib/ld-linux-*) --library-path $lab/lib $lab/pi-ring"

# load_modules PARAMETERS...: of the simulation; by default two Pis and one link. A test of the
# tests names another file than pi_ring.
load_modules() {
  insmod "$lab/modules/pi_ring_sim.ko" "$@"
  # shellcheck disable=SC2086
  insmod "$lab/modules/${driver_file:-pi_ring}.ko" ${module_parameters:-}
}

unload_modules() {
  rmmod pi_ring
  rmmod pi_ring_sim
}

wire_counter() {
  awk -v name="$1" '$1 == name { print $2 }' "$wires/counters"
}

# statistic DEVICE NAME: 0 while the device is unregistered
statistic() {
  cat "/sys/class/misc/$1/statistics/$2" 2>/dev/null || echo 0
}

# wire_bytes: the bytes of frames that both ends of the link have sent
wire_bytes() {
  echo $(($(statistic pi-ring-down tx_wire_bytes) + $(statistic pi-ring-up tx_wire_bytes)))
}

show_statistics() {
  for file in /sys/class/misc/"$1"/statistics/*; do
    printf '%s %s %s\n' "$1" "${file##*/}" "$(cat "$file")"
  done
}

expect_equal() {
  [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }
}

expect_no_fight() {
  [ "$(wire_counter fights)" = 0 ] || cat "$wires/counters"
  expect_equal fights "$(wire_counter fights)" 0
}
