# Wires that are open, stuck, shorted or crossed while bytes flow both ways: no byte
# is ever wrong and nothing fights; once they are whole again, bytes flow again.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"
. "$lab/scenarios/survivors.sh"
clk=8
ack=9

command() {
	echo "$1" > "$wires/command"
}

# try_wire FAULT...: on for a third of a second; crossed wires are uncrossed by crossing them again
try_wire() {
	command "$*"
	usleep 300000
	case $1 in
	swap) command "$*" ;;
	*) command heal ;;
	esac
	await_traffic "$*"
	expect_equal "fights after $*" "$(wire_counter fights)" 0
	tried=$((tried + 1))
}

load_bench
start_survivors
await_traffic start
tried=0
wire=0
while [ "$wire" -le $ack ]; do
	try_wire open "$wire"
	try_wire stuck "$wire" 0
	try_wire stuck "$wire" 1
	wire=$((wire + 1))
done
wire=0
while [ "$wire" -lt $clk ]; do
	try_wire short "$wire" $(((wire + 1) % clk))
	try_wire swap "$wire" $(((wire + 1) % clk))
	try_wire short "$wire" $clk
	try_wire short "$wire" $ack
	wire=$((wire + 1))
done
# CLK is not crossed with ACK: that joins two outputs, whatever the protocol does
try_wire short $clk $ack
stop_survivors
cat "$wires/counters"
unload_bench
echo "$tried broken wires, 0 bytes wrong, 0 fights"
