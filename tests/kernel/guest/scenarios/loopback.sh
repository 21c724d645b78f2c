# "pi-ring loopback" on a Pi wired to itself, and to a neighbour that echoes. A busy host
# makes a guest slow, hence the patience.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from modules.sh
. "$lab/scenarios/modules.sh"
bytes=${bytes:-200000}

load_modules pis=1 links=1
$pi_ring loopback --patience 60 --bytes $bytes --turns 100
$pi_ring loopback --patience 60 --bytes 1000 --turns 10 --json | grep -q '"wrong":0'
unload_modules

load_modules
$pi_ring loopback --patience 60 --echo /dev/pi-ring-up &
echo_process=$!
$pi_ring loopback --patience 60 --peer /dev/pi-ring-down --bytes $bytes --turns 100
kill -TERM $echo_process
wait $echo_process || true

expect_no_fight
unload_modules
echo "on one Pi and against an echo, every byte right, 0 fights"
