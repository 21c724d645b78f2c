# Two programs that keep a link busy both ways, one at each end, and check every
# byte: started, killed and stopped by scenarios. Sourced after lib.sh.
# shellcheck shell=sh disable=SC2154 # lab and wires come from the environment and lib.sh

survivor_seed=0
# A link that is dead stays dead; a guest whose host has other things to do may have a
# twentieth of a processor, and its clock goes on.
dead_s=60

# start_survivor DEVICE
start_survivor() {
	survivor_seed=$((survivor_seed + 1))
	"$lab/exercise" survive "/dev/$1" "$survivor_seed" > "/dev/survivor-$1" &
	eval "survivor_${1#pi-ring-}=$!"
}

# survivor_of DEVICE: its process
survivor_of() {
	eval "echo \$survivor_${1#pi-ring-}"
}

start_survivors() {
	start_survivor pi-ring-down
	start_survivor pi-ring-up
}

kill_survivor() {
	kill -KILL "$(survivor_of "$1")"
	wait "$(survivor_of "$1")" || true
}

# stop_survivors: fails if one of them has seen a wrong byte
stop_survivors() {
	for device in pi-ring-down pi-ring-up; do
		kill -TERM "$(survivor_of $device)"
		wait "$(survivor_of $device)" || { cat /dev/survivor-$device; exit 1; }
		cat /dev/survivor-$device
	done
}

# What follows starts no process where it can: in a guest with KASAN each takes as long as
# what is measured.

# received DEVICE: into `bytes`; a device that is just gone has heard none.
received() {
	{ read -r bytes < "/sys/class/misc/$1/statistics/rx_bytes"; } 2> /dev/null || bytes=0
}

# look_at_clock: into `now`, in hundredths of a second
look_at_clock() {
	read -r uptime _ < /proc/uptime
	now=$((${uptime%.*} * 100 + 1${uptime#*.} - 100))
}

# hears DEVICE BEFORE: more, or less as one that began anew
hears() {
	received "$1"
	[ "$bytes" -ne "$2" ]
}

# await_traffic REASON: both ends hear new bytes, or are dead; took: how long that was.
await_traffic() {
	look_at_clock
	begun=$now
	received pi-ring-down
	down_before=$bytes
	received pi-ring-up
	up_before=$bytes
	until hears pi-ring-down "$down_before" && hears pi-ring-up "$up_before"; do
		look_at_clock
		[ $((now - begun)) -lt $((dead_s * 100)) ] || {
			cat /dev/survivor-* /sys/class/misc/pi-ring-*/state "$wires/counters"
			echo "$1: no traffic for $dead_s s"
			exit 1
		}
		usleep 10000
	done
	look_at_clock
	# shellcheck disable=SC2034 # for those who source this
	took=$((now - begun))
}
