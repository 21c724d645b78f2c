# Bytes a second down one link: each mode, and the limit that the wires themselves
# set. Five rounds, each of everything in turn; medians, and their ratios.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"
bytes=${bytes:-100000}
results=/dev/speed
: > $results

note() {
	echo "$1 $2" | tee -a $results
}

measure_limit() {
	insmod "$lab/modules/pi_ring_wire.ko"
	echo "$bytes" > "$wires/limit"
	note limit "$(cat "$wires/limit")"
	expect_no_fight
	rmmod pi_ring_wire
}

# measure_mode NAME MODE BYTES
measure_mode() {
	for side in down up; do
		echo "$2" > "/sys/class/misc/pi-ring-$side/mode"
	done
	note "$1" "$("$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up "$3" 0 3 |
		awk '{ print $6 }')"
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
	load_bench
	measure_mode irq irq $((bytes / 20))
	measure_mode hybrid hybrid "$bytes"
	measure_mode poll poll "$bytes"
	expect_no_fight
	unload_bench
	ring_parameters=fastio=0 load_bench
	measure_mode hybrid-gpiod hybrid "$bytes"
	unload_bench
done
hybrid=$(median hybrid)
for name in limit irq poll hybrid-gpiod; do
	echo "$name $(median $name) B/s, hybrid / $name $(ratio "$hybrid" "$(median $name)")"
done
echo "hybrid $hybrid B/s: $(ratio "$hybrid" "$(median irq)") of irq, $(ratio "$hybrid" "$(median limit)") of the limit"
