# "pi-ring wires" through libgpiod, with no driver loaded: every fault of every wire
# by its name, on one Pi and between two; what it says when the driver is loaded.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from lib.sh
. "$lab/scenarios/lib.sh"
tried=0

name_of() {
	case $1 in
	8) echo CLK ;;
	9) echo ACK ;;
	*) echo "D$1" ;;
	esac
}

# expect_wires WHAT "WIRE=STATE"...: those, and all others good
expect_wires() {
	what=$1
	shift
	for wire in D0 D1 D2 D3 D4 D5 D6 D7 CLK ACK; do
		state=good
		for pair in "$@"; do
			[ "${pair%%=*}" != $wire ] || state=${pair#*=}
		done
		expect_equal "$what: $wire" "$(sed -n "s/^$wire .*) *//p" /dev/wires)" "$state" || {
			cat /dev/wires
			return 1
		}
	done
	expect_equal "fights after $what" "$(wire_counter fights)" 0
	tried=$((tried + 1))
}

own_wires() {
	$pi_ring wires --chip pi-ring-wire.0 > /dev/wires || echo "exit $?" >> /dev/wires
}

# break_own COMMAND... -- "WIRE=STATE"...: a swap is undone by itself
break_own() {
	command=$1
	shift
	echo "$command" > "$wires/command"
	own_wires
	expect_wires "$command" "$@"
	case $command in swap*) echo "$command" > "$wires/command" ;; esac
	echo heal > "$wires/command"
}

insmod "$lab/modules/pi_ring_wire.ko" pis=1 links=1
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
# two at once
echo "swap 1 6" > "$wires/command"
echo "open 3" > "$wires/command"
break_own "stuck 4 1" "D1=swapped with D6" "D6=swapped with D1" D3=open "D4=stuck high"
echo "swap 1 6" > "$wires/command"
$pi_ring wires --chip pi-ring-wire.0 --json | grep -q '"good":true'
rmmod pi_ring_wire

# two Pis
insmod "$lab/modules/pi_ring_wire.ko"

# ask BANK: this end's; the other Pi answers
ask() {
	case $1 in
	down) other=up asks=0 answers=1 ;;
	*) other=down asks=1 answers=0 ;;
	esac
	$pi_ring wires --chip pi-ring-wire.$answers --echo $other &
	echo_process=$!
	$pi_ring wires --chip pi-ring-wire.$asks --peer "$1" > /dev/wires || echo "exit $?" >> /dev/wires
	kill -INT $echo_process
	wait $echo_process || true
}

# break_pair BANK COMMAND "WIRE=STATE"...
break_pair() {
	bank=$1
	command=$2
	shift 2
	echo "$command" > "$wires/command"
	ask "$bank"
	expect_wires "$bank, $command" "$@"
	case $command in swap*) echo "$command" > "$wires/command" ;; esac
	echo heal > "$wires/command"
}

for bank in down up; do
	break_pair $bank heal
	break_pair $bank "open 3" D3=open
	break_pair $bank "stuck 2 0" "D2=stuck low"
	break_pair $bank "stuck 5 1" "D5=stuck high"
	break_pair $bank "swap 1 6" "D1=swapped with D6" "D6=swapped with D1"
	break_pair $bank "short 4 7" "D4=shorted with D7" "D7=shorted with D4"
	break_pair $bank "swap 0 8" "D0=swapped with CLK" "CLK=swapped with D0"
	break_pair $bank "swap 2 9" "D2=swapped with ACK" "ACK=swapped with D2"
	break_pair $bank "swap 8 9" "CLK=swapped with ACK" "ACK=swapped with CLK"
done
break_pair down "open 8" CLK=open
break_pair up "open 9" ACK=open
echo "open 9" > "$wires/command"
ask down
expect_equal "without ACK" "$(grep -c ' unknown' /dev/wires)" 10
echo heal > "$wires/command"

# the driver has the lines
insmod "$lab/modules/pi_ring.ko"
if $pi_ring wires --chip pi-ring-wire.0 --peer down > /dev/wires 2>&1; then
	echo "wires went on with the driver loaded"
	exit 1
fi
cat /dev/wires
expect_equal "lines about the driver" "$(grep -c 'in use by.*modprobe -r pi_ring' /dev/wires)" 1
expect_no_fight
unload_bench
echo "$tried benches of wires told right, 0 fights"
