# What scenarios share: loading the modules on a bench of wires, and reading
# what the wires and the links have counted.
# shellcheck shell=sh disable=SC2154 # lab comes from the environment

wires=/sys/kernel/debug/pi_ring_wire

# the program, by its own loader: a guest has no other library
# shellcheck disable=SC2034 # several words, and some scenarios use them
pi_ring="$(echo "$lab"/lib/ld-linux-*) --library-path $lab/lib $lab/pi-ring"

# load_bench WIRE_PARAMETERS...: a pair unless they say otherwise
load_bench() {
	insmod "$lab/modules/pi_ring_wire.ko" "$@"
	# shellcheck disable=SC2086
	insmod "$lab/modules/pi_ring.ko" ${ring_parameters:-}
}

unload_bench() {
	rmmod pi_ring
	rmmod pi_ring_wire
}

wire_counter() {
	awk -v name="$1" '$1 == name { print $2 }' "$wires/counters"
}

# statistic DEVICE NAME; 0 while the device is away
statistic() {
	cat "/sys/class/misc/$1/statistics/$2" 2> /dev/null || echo 0
}

# wire_bytes: what both ends of the link have sent over the wires
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
