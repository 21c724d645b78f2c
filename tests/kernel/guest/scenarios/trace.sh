# The tracepoints tell of frames, turnarounds, repetitions, timeouts and streams.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"
tracing=/sys/kernel/debug/tracing

load_bench
echo 1 > $tracing/events/pi_ring/enable
echo 1000 > "$wires/bit_error_ppm"
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 20000 20000 1
echo 0 > "$wires/bit_error_ppm"
fault=/sys/kernel/debug/pi_ring/pi-ring-down/fault
echo "hold stall 400" > $fault
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 20000 20000 2
# An idle link may be held by the other end for ever.
echo "hold restart" > $fault
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 20000 20000 3 || echo "the stream broke, as it should"
echo 0 > $tracing/events/pi_ring/enable
seen=
for event in "$tracing"/events/pi_ring/pi_ring_*; do
	name=${event##*/}
	count=$(grep -c " $name:" $tracing/trace) || { echo "$name: never seen"; exit 1; }
	seen="$seen $name $count"
done
echo > $tracing/trace
unload_bench
echo "$seen"
