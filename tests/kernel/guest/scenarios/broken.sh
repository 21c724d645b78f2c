# Breaks wires (open, stuck, shorted, swapped) while bytes flow both ways: no byte is wrong
# and no outputs fight, and when the wires are whole again bytes flow again.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/survivors.sh"
clk=8
ack=9

command() {
  echo "$1" >"$wires/command"
}

# try_wire FAULT...: for a third of a second. A swap is undone by the same swap.
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

load_modules
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
# CLK and ACK are not swapped: that would join two outputs in any protocol
try_wire short $clk $ack
stop_survivors
cat "$wires/counters"
unload_modules
echo "$tried broken wires, 0 bytes wrong, 0 fights"
