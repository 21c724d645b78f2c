# Stalls one end, longer than the peer is patient, and begins it anew, at every
# state of the handshake, while bytes flow both ways.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"
driver=/sys/bus/platform/drivers/pi-ring
debug=/sys/kernel/debug/pi_ring
stall_ms=${stall_ms:-300}

# The fault has happened, within so many tenths of a second.
fired_within() {
	tenths=$1
	while [ "$tenths" -gt 0 ]; do
		[ "$(cat "$debug/$device/fault")" = none ] && return
		usleep 100000
		tenths=$((tenths - 1))
	done
	return 1
}

# States of the recovery come about only when the peer starts anew.
restart_peer() {
	[ "$device" = pi-ring-down ] && peer=pi-ring.1 || peer=pi-ring.0
	echo "$peer" > $driver/unbind
	echo "$peer" > $driver/bind
}

try_fault() {
	echo "$1" > "$debug/$device/fault"
	fired_within 4 || { restart_peer && fired_within 8; } || {
		echo none > "$debug/$device/fault"
		missed="$missed $device:${1%% *}"
		return
	}
	faults=$((faults + 1))
}

load_bench
"$lab/exercise" survive /dev/pi-ring-down /dev/pi-ring-up 100000 1 > /dev/survived &
survivor=$!
faults=0
missed=
sleep 1
for device in pi-ring-down pi-ring-up; do
	while read -r state; do
		try_fault "$state restart"
		try_fault "$state stall $stall_ms"
	done < $debug/states
done
sleep 2
kill -TERM $survivor
wait $survivor || { cat /dev/survived; exit 1; }
cat /dev/survived "$wires/counters"
expect_no_fight
unload_bench
echo "never reached:$missed"
echo "$faults faults, 0 bytes wrong, 0 fights, $(grep -o 'longest silence.*' /dev/survived | sort -k3n | tail -n 1)"
