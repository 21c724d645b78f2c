# "pi-ring wires" on one Pi, through libgpiod, with no driver loaded: it names every fault of
# every wire.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from modules.sh
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/wire_states.sh"

name_of() {
  case $1 in
  8) echo CLK ;;
  9) echo ACK ;;
  *) echo "D$1" ;;
  esac
}

own_wires() {
  $pi_ring wires --chip pi-ring-sim.0 >/dev/wires || echo "exit $?" >>/dev/wires
}

# break_own COMMAND "WIRE=STATE"...: breaks wires and repairs them; a swap is undone by the same swap
break_own() {
  command=$1
  shift
  echo "$command" >"$wires/command"
  own_wires
  expect_wires "$command" "$@"
  case $command in swap*) echo "$command" >"$wires/command" ;; esac
  echo heal >"$wires/command"
}

insmod "$lab/modules/pi_ring_sim.ko" pis=1 links=1
own_wires
expect_wires "boot's pulls" "D0=missing pull-down" "D1=missing pull-down" "D2=missing pull-down" \
  "D3=missing pull-down" "D4=missing pull-down"
own_wires
expect_wires "pulled down"
cat /dev/wires
number=0
while [ $number -lt 10 ]; do
  this=$(name_of $number)
  next=$(name_of $(((number + 1) % 10)))
  break_own "open $number" "$this=open"
  break_own "stuck $number 0" "$this=stuck low"
  break_own "stuck $number 1" "$this=stuck high"
  break_own "swap $number $(((number + 1) % 10))" "$this=swapped with $next" \
    "$next=swapped with $this"
  break_own "short $number $(((number + 1) % 10))" "$this=shorted with $next" \
    "$next=shorted with $this"
  number=$((number + 1))
done
# several at once
echo "swap 1 6" >"$wires/command"
echo "open 3" >"$wires/command"
break_own "stuck 4 1" "D1=swapped with D6" "D6=swapped with D1" D3=open "D4=stuck high"
echo "swap 1 6" >"$wires/command"
$pi_ring wires --chip pi-ring-sim.0 --json | grep -q '"good":true'
rmmod pi_ring_sim
echo "$tried sets of faults named right, 0 fights"
