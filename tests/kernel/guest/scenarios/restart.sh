# Traffic both ways while one side's driver after the other is taken away and
# brought back, at random moments: fresh streams, clear errors, no fight.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"
rounds=${rounds:-50}
driver=/sys/bus/platform/drivers/pi-ring

load_bench
(
	round=0
	while [ "$round" -lt "$rounds" ]; do
		side=pi-ring.$((round % 2))
		usleep $((200000 + $(od -An -N2 -tu2 /dev/urandom) * 16))
		echo "$side" > $driver/unbind
		usleep $(($(od -An -N2 -tu2 /dev/urandom) % 20000))
		echo "$side" > $driver/bind
		round=$((round + 1))
	done
) &
restarts=$!
"$lab/exercise" survive /dev/pi-ring-down /dev/pi-ring-up $((rounds + 3)) 1 || {
	cat "$wires/counters"
	exit 1
}
wait $restarts
cat "$wires/counters"
expect_no_fight
unload_bench
echo "$rounds restarts, 0 bytes wrong, 0 fights"
