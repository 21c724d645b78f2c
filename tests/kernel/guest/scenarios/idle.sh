# An idle link sleeps: an empty frame every four seconds is all it does, and its
# threads cost no processor time.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"
watched_s=9

# thread_ticks: hundredths of a second that both ends' threads have run for
thread_ticks() {
	for process in /proc/[0-9]*; do
		case $(cat "$process/comm" 2> /dev/null) in
		pi-ring-down | pi-ring-up) awk '{ print $14 + $15 }' "$process/stat" ;;
		esac
	done | awk '{ ticks += $1; threads++ } END { print threads == 2 ? ticks : "no threads" }'
}

# note_seconds: the interrupts of each, a line a second
note_seconds() {
	for _ in $(seq $watched_s); do
		before=$(wire_counter interrupts)
		sleep 1
		echo $(($(wire_counter interrupts) - before))
	done
}

load_bench
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 1000 1000 1
sleep 1
interrupts=$(wire_counter interrupts)
polls=$(statistic pi-ring-down polls)
ticks=$(thread_ticks)
note_seconds > /dev/seconds
ticks=$(($(thread_ticks) - ticks))
interrupts=$(($(wire_counter interrupts) - interrupts))
polls=$(($(statistic pi-ring-down polls) - polls))
unload_bench
expect_equal "interrupts a second" "$(sort -n /dev/seconds | sed -n $((watched_s / 2 + 1))p)" 0
# three empty frames at most, each of about 60 moves; a slow machine sleeps at all of them
[ "$interrupts" -le 200 ] || { echo "$interrupts interrupts in $watched_s s"; exit 1; }
# a tick is counted in full for whoever runs when it falls
[ "$ticks" -le $watched_s ] || { echo "the threads ran for $((ticks * 10)) ms of $watched_s s"; exit 1; }
echo "0 interrupts a second (median of $watched_s), $interrupts in all, $polls polls, $((ticks * 10)) ms of processor time"
