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

received() {
	echo "$(statistic pi-ring-down rx_bytes) $(statistic pi-ring-up rx_bytes)"
}

centiseconds() {
	awk '{ printf "%d", $1 * 100 }' /proc/uptime
}

# Both ends hear new bytes; a device that is just gone has heard none.
await_traffic() {
	begun=$(centiseconds)
	# shellcheck disable=SC2046 # two numbers
	set -- $(received) "$1"
	until
		took=$(($(centiseconds) - begun))
		now=$(received)
		[ "${now% *}" -ne "$1" ] && [ "${now#* }" -ne "$2" ]
	do
		[ "$took" -lt 1000 ] || { echo "$3: no traffic for 10 s"; exit 1; }
		usleep 10000
	done
	if [ "$took" -gt "$slowest" ]; then
		slowest=$took
		slowest_fault=$3
	fi
	if [ "$took" -gt $((200 + stall_ms / 10)) ]; then
		late="$late $device:$3:${took}cs"
	fi
}

try_fault() {
	echo "$1" > "$debug/$device/fault"
	fired_within 4 || { restart_peer && fired_within 8; } || {
		echo none > "$debug/$device/fault"
		missed="$missed $device:${1%% *}"
		return
	}
	faults=$((faults + 1))
	await_traffic "$1"
}

load_bench
"$lab/exercise" survive /dev/pi-ring-down /dev/pi-ring-up 100000 1 > /dev/survived &
survivor=$!
faults=0
missed=
late=
slowest=0
slowest_fault=
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
echo "slowest recovery: $slowest_fault"
expect_equal "later than 2 s after the fault" "$late" ""
echo "$faults faults, 0 bytes wrong, 0 fights, bytes flowed again within $((slowest * 10)) ms"
