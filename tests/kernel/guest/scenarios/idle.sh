# An idle link sleeps: hardly an interrupt in five seconds, no polls.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"

load_bench
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 1000 1000 1
sleep 1
interrupts=$(wire_counter interrupts)
polls=$(statistic pi-ring-down polls)
sleep 3
interrupts=$(($(wire_counter interrupts) - interrupts))
polls=$(($(statistic pi-ring-down polls) - polls))
unload_bench
# an empty frame every few seconds shows that the peer lives: two at most
[ "$interrupts" -le 100 ] || { echo "$interrupts interrupts"; exit 1; }
echo "$interrupts interrupts, $polls polls in 3 s"
