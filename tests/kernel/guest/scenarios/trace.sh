# The tracepoints report frames, turnarounds, repetitions, timeouts and streams.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
tracing=/sys/kernel/debug/tracing

# traced EVENT: how often it occurred; waits for the first, as an end joins the next stream later
traced() {
  looks=300
  until grep -c " $1:" $tracing/trace; do
    [ $((looks -= 1)) -gt 0 ] || return
    usleep 100000
  done | tail -n 1
}

load_modules
echo 1 >$tracing/events/pi_ring/enable
echo 1000 >"$wires/bit_error_ppm"
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 20000 20000 1
echo 0 >"$wires/bit_error_ppm"
fault=/sys/kernel/debug/pi_ring/pi-ring-down/fault
echo "hold stall 400" >$fault
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 20000 20000 2
# the streams bring this end to the state hold, which the other end might keep for ever
echo "hold restart" >$fault
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 20000 20000 3 || echo "the stream broke, as it should"
seen=
for event in "$tracing"/events/pi_ring/pi_ring_*; do
  name=${event##*/}
  count=$(traced "$name")
  [ "$count" -gt 0 ] || { echo "$name: never seen"; exit 1; }
  seen="$seen $name $count"
done
echo 0 >$tracing/events/pi_ring/enable
echo >$tracing/trace
unload_modules
echo "$seen"
