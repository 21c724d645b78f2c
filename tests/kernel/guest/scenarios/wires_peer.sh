# "pi-ring wires" between two Pis, each a process with a chip of its own, without a driver:
# one asks, the other echoes, and every kind of fault is named at either end.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from modules.sh
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/wire_states.sh"

# ask BANK: runs the test on the Pi with this bank; the other Pi answers
ask() {
  case $1 in
  down) other=up asks=0 answers=1 ;;
  *) other=down asks=1 answers=0 ;;
  esac
  $pi_ring wires --chip pi-ring-sim.$answers --echo $other 2>/dev/echo &
  echo_process=$!
  $pi_ring wires --chip pi-ring-sim.$asks --peer "$1" >/dev/wires 2>/dev/asked ||
    echo "exit $?" >>/dev/wires
  kill -TERM $echo_process
  wait $echo_process || true
}

# break_pair BANK COMMAND "WIRE=STATE"...: as in wires.sh
break_pair() {
  bank=$1
  command=$2
  shift 2
  echo "$command" >"$wires/command"
  ask "$bank"
  expect_wires "$bank, $command" "$@"
  case $command in swap*) echo "$command" >"$wires/command" ;; esac
  echo heal >"$wires/command"
}

insmod "$lab/modules/pi_ring_sim.ko"
# the first run also pulls down the lines that a Pi pulls up at boot
ask down
for bank in down up; do
  break_pair $bank heal
  break_pair $bank "open 3" D3=open
  break_pair $bank "stuck 5 1" "D5=stuck high"
  break_pair $bank "swap 1 6" "D1=swapped with D6" "D6=swapped with D1"
  break_pair $bank "short 0 1" "D0=shorted with D1" "D1=shorted with D0"
done
break_pair down "stuck 2 0" "D2=stuck low"
break_pair down "open 8" CLK=open
break_pair up "open 9" ACK=open
# the strobes, among them the one that answers
break_pair up "swap 0 8" "D0=swapped with CLK" "CLK=swapped with D0"
break_pair down "swap 2 9" "D2=swapped with ACK" "ACK=swapped with D2"
break_pair down "swap 8 9" "CLK=swapped with ACK" "ACK=swapped with CLK"

# without the strobe that answers no wire can be tested
echo "open 9" >"$wires/command"
ask down
expect_equal "wires without ACK" "$(grep -c ' unknown' /dev/wires)" 10
expect_equal "advice without ACK" "$(grep -c 'no answer on any wire' /dev/asked)" 1
echo heal >"$wires/command"

# while the driver has the lines
insmod "$lab/modules/pi_ring.ko"
if $pi_ring wires --chip pi-ring-sim.0 --peer down >/dev/wires 2>&1; then
  echo "wires went on with the driver loaded"
  exit 1
fi
expect_equal "lines about the driver" "$(grep -c 'in use by.*modprobe -r pi_ring' /dev/wires)" 1
expect_no_fight
unload_modules
echo "$tried sets of faults between two Pis named right, 0 fights"
