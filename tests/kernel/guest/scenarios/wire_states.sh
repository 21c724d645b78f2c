# Compares what "pi-ring wires" printed about each wire with the faults that were set.
# Sourced after modules.sh.
# shellcheck shell=sh disable=SC2154 # wires comes from modules.sh
tried=0

# expect_wires WHAT "WIRE=STATE"...: these states; all other wires are good
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
