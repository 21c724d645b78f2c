# An idle link sleeps: an empty frame every four seconds is all it does, and its
# threads cost no processor time.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"

# thread_ticks: hundredths of a second that both ends' threads have run for
thread_ticks() {
	for process in /proc/[0-9]*; do
		case $(cat "$process/comm" 2> /dev/null) in
		pi-ring-down | pi-ring-up) awk '{ print $14 + $15 }' "$process/stat" ;;
		esac
	done | awk '{ ticks += $1; threads++ } END { print threads == 2 ? ticks : "no threads" }'
}

load_bench
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 1000 1000 1
sleep 1
interrupts=$(wire_counter interrupts)
polls=$(statistic pi-ring-down polls)
ticks=$(thread_ticks)
sleep 5
ticks=$(($(thread_ticks) - ticks))
interrupts=$(($(wire_counter interrupts) - interrupts))
polls=$(($(statistic pi-ring-down polls) - polls))
unload_bench
# two empty frames at most, each a few wake-ups until both ends poll
[ "$interrupts" -le 20 ] || { echo "$interrupts interrupts in 5 s"; exit 1; }
# a tick is counted in full for whoever runs when it falls
[ "$ticks" -le 5 ] || { echo "the threads ran for $((ticks * 10)) ms of 5 s"; exit 1; }
echo "$interrupts interrupts, $polls polls, $((ticks * 10)) ms of processor time in 5 s"
