# The link's protocol without the driver, in programs that reach the lines through
# libgpiod: between two programs, on one Pi, and between a program and a driver.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from modules.sh
. "$lab/scenarios/modules.sh"
# on one processor the two programs sleep at every move
[ "$(nproc)" -gt 1 ] && bytes=5000 || bytes=300
bitbang="$pi_ring loopback --bitbang --patience 120"

# against ECHO...: runs this command on the upstream Pi and sends to it from the downstream Pi
against() {
  "$@" &
  echo_process=$!
  $bitbang --chip pi-ring-sim.0 --peer down --bytes "$bytes" --turns 3
  kill -TERM $echo_process
  wait $echo_process || true
  expect_no_fight
}

insmod "$lab/modules/pi_ring_sim.ko"
against $bitbang --chip pi-ring-sim.1 --echo up
echo 1000 >"$wires/bit_error_ppm"
against $bitbang --chip pi-ring-sim.1 --echo up
errors=$(wire_counter bit_errors)
echo 0 >"$wires/bit_error_ppm"

# one end has a driver
insmod "$lab/modules/pi_ring.ko"
echo pi-ring.0 >/sys/bus/platform/drivers/pi-ring/unbind
against $pi_ring loopback --echo /dev/pi-ring-up
unload_modules

insmod "$lab/modules/pi_ring_sim.ko" pis=1 links=1
$bitbang --chip pi-ring-sim.0 --bytes "$bytes" --turns 3
expect_no_fight
rmmod pi_ring_sim
echo "between programs, clean and with $errors bit errors, on one Pi, and with a driver: every byte right, 0 fights"
