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

# note_seconds: interrupts of each, a line a second
note_seconds() {
	for _ in $(seq $watched_s); do
		before=$(wire_counter interrupts)
		sleep 1
		echo $(($(wire_counter interrupts) - before))
	done
}

# nth_second N: counted from the least
nth_second() {
	sort -n /dev/seconds | sed -n "$1"p
}

centiseconds() {
	awk '{ printf "%d", $1 * 100 }' /proc/uptime
}

# empty_frames: that both ends have sent
empty_frames() {
	echo $(($(statistic pi-ring-down tx_frames) + $(statistic pi-ring-up tx_frames)))
}

load_bench
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 1000 1000 1
sleep 1
interrupts=$(wire_counter interrupts)
polls=$(statistic pi-ring-down polls)
frames=$(empty_frames)
ticks=$(thread_ticks)
begun=$(centiseconds)
note_seconds > /dev/seconds
ticks=$(($(thread_ticks) - ticks))
took=$(($(centiseconds) - begun))
interrupts=$(($(wire_counter interrupts) - interrupts))
polls=$(($(statistic pi-ring-down polls) - polls))
frames=$(($(empty_frames) - frames))
unload_bench
# a slow machine's seconds are long, and a frame may be in most of them
expect_equal "interrupts of the calmest second" "$(nth_second 1)" 0
# it also sleeps at each of the 60 moves of an empty frame, one of which may be half over
[ "$interrupts" -le $((60 * (frames + 1))) ] || { echo "$interrupts interrupts, $frames empty frames"; exit 1; }
# a tick is counted in full for whoever runs when it falls
[ $((ticks * 20)) -le "$took" ] || { echo "the threads ran for $ticks of $took hundredths"; exit 1; }
echo "$(nth_second $((watched_s / 2 + 1))) interrupts in the median of $watched_s seconds; $frames empty frames," \
	"$interrupts interrupts, $polls polls, $((ticks * 10)) ms of processor time in all"
