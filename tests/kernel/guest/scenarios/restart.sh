# Unbinds and binds the driver of one end and then of the other at random moments while bytes
# flow both ways; at the end kills the programs and reloads the module. Streams are fresh,
# errors are clear, no outputs fight.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/survivors.sh"
rounds=${rounds:-50}
driver=/sys/bus/platform/drivers/pi-ring

random() {
  od -An -N2 -tu2 /dev/urandom
}

load_modules
start_survivors
await_traffic start
round=0
while [ "$round" -lt "$rounds" ]; do
  side=pi-ring.$((round % 2))
  usleep $(($(random) * 8))
  echo $side >$driver/unbind
  usleep $(($(random) % 20000))
  echo $side >$driver/bind
  await_traffic "round $round"
  round=$((round + 1))
done
stop_survivors

# twice: in the middle of a stream, and with what that left behind
for _ in 1 2; do
  start_survivors
  await_traffic "after insmod"
  kill_survivor pi-ring-down
  kill_survivor pi-ring-up
  rmmod pi_ring
  # shellcheck disable=SC2086
  insmod "$lab/modules/pi_ring.ko" ${module_parameters:-}
done
cat "$wires/counters"
expect_no_fight
unload_modules
echo "$rounds restarts, 2 modules pulled, 0 bytes wrong, 0 fights"
