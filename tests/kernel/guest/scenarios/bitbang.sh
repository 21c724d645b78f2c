# The link's protocol without the driver, in programs that move the lines through
# libgpiod: against each other, on one Pi, and against a driver. One protocol.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from lib.sh
. "$lab/scenarios/lib.sh"
# two programs on one processor sleep at every move
[ "$(nproc)" -gt 1 ] && bytes=5000 || bytes=300
bitbang="$pi_ring loopback --bitbang --patience 120"

# against ECHO...: the upstream Pi echoes so, a program of the downstream Pi asks
against() {
	"$@" &
	echo_process=$!
	$bitbang --chip pi-ring-wire.0 --peer down --bytes "$bytes" --turns 3
	kill -TERM $echo_process
	wait $echo_process || true
	expect_no_fight
}

insmod "$lab/modules/pi_ring_wire.ko"
against $bitbang --chip pi-ring-wire.1 --echo up
echo 1000 > "$wires/bit_error_ppm"
against $bitbang --chip pi-ring-wire.1 --echo up
errors=$(wire_counter bit_errors)
echo 0 > "$wires/bit_error_ppm"

# one end has a driver: the same protocol
insmod "$lab/modules/pi_ring.ko"
echo pi-ring.0 > /sys/bus/platform/drivers/pi-ring/unbind
against $pi_ring loopback --echo /dev/pi-ring-up
unload_bench

insmod "$lab/modules/pi_ring_wire.ko" pis=1 links=1
$bitbang --chip pi-ring-wire.0 --bytes "$bytes" --turns 3
expect_no_fight
rmmod pi_ring_wire
echo "between programs, clean and with $errors bit errors, on one Pi, and with a driver: every byte right, 0 fights"
