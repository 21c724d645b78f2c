# An idle link sleeps: it sends an empty frame every four seconds and nothing else, and its
# threads use no processor time.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
watched_s=9

# thread_ticks: how long both ends' threads have run, in hundredths of a second
thread_ticks() {
  for process in /proc/[0-9]*; do
    case $(cat "$process/comm" 2>/dev/null) in
    pi-ring-down | pi-ring-up) awk '{ print $14 + $15 }' "$process/stat" ;;
    esac
  done | awk '{ ticks += $1; threads++ } END { print threads == 2 ? ticks : "no threads" }'
}

# note_seconds: the interrupts of each second, one a line
note_seconds() {
  for _ in $(seq $watched_s); do
    before=$(wire_counter interrupts)
    sleep 1
    echo $(($(wire_counter interrupts) - before))
  done
}

# nth_second N: the Nth smallest number of interrupts in a second
nth_second() {
  sort -n /dev/seconds | sed -n "$1"p
}

centiseconds() {
  awk '{ printf "%d", $1 * 100 }' /proc/uptime
}

# empty_frames: sent by both ends
empty_frames() {
  echo $(($(statistic pi-ring-down tx_frames) + $(statistic pi-ring-up tx_frames)))
}

load_modules
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 1000 1000 1
sleep 1
interrupts=$(wire_counter interrupts)
polls=$(statistic pi-ring-down polls)
frames=$(empty_frames)
ticks=$(thread_ticks)
begun=$(centiseconds)
note_seconds >/dev/seconds
ticks=$(($(thread_ticks) - ticks))
took=$(($(centiseconds) - begun))
interrupts=$(($(wire_counter interrupts) - interrupts))
polls=$(($(statistic pi-ring-down polls) - polls))
frames=$(($(empty_frames) - frames))
unload_modules
# on a slow machine most seconds may contain a frame
expect_equal "interrupts of the calmest second" "$(nth_second 1)" 0
# an end may sleep at each of the 60 moves of an empty frame; one frame may be in progress
[ "$interrupts" -le $((60 * (frames + 1))) ] || { echo "$interrupts interrupts, $frames empty frames"; exit 1; }
# a tick counts in full for the task that runs when it occurs
[ $((ticks * 20)) -le "$took" ] || { echo "the threads ran for $ticks of $took hundredths"; exit 1; }
echo "$(nth_second $((watched_s / 2 + 1))) interrupts in the median of $watched_s seconds; $frames empty frames," \
  "$interrupts interrupts, $polls polls, $((ticks * 10)) ms of processor time in all"
