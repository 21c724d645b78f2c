# "pi-ring loopback" on the devices of a Pi wired to itself, against a neighbour that
# echoes, without the driver, and without it at one end only: one protocol.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from lib.sh
. "$lab/scenarios/lib.sh"
bytes=${bytes:-200000}

load_bench pis=1 links=1
$pi_ring loopback --bytes $bytes --turns 100
$pi_ring loopback --bytes 1000 --turns 10 --json | grep -q '"wrong":0'
unload_bench

load_bench
$pi_ring loopback --echo /dev/pi-ring-up &
echo_process=$!
$pi_ring loopback --peer /dev/pi-ring-down --bytes $bytes --turns 100
kill -INT $echo_process
wait $echo_process || true

# the downstream Pi has no driver bound from here on
echo pi-ring.0 > /sys/bus/platform/drivers/pi-ring/unbind
$pi_ring loopback --echo /dev/pi-ring-up &
echo_process=$!
$pi_ring loopback --bitbang --chip pi-ring-wire.0 --peer down --bytes $((bytes / 10)) --turns 10
kill -INT $echo_process
wait $echo_process || true
expect_no_fight
unload_bench

insmod "$lab/modules/pi_ring_wire.ko" pis=1 links=1
$pi_ring loopback --bitbang --chip pi-ring-wire.0 --bytes $((bytes / 10)) --turns 10
expect_no_fight
rmmod pi_ring_wire
echo "four courses, every byte right, 0 fights"
