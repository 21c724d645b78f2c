# How many bytes go over the wires: at most 1.03 for each byte of a large message, and at
# most 64 more than its own for a small message.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
bytes=${bytes:-200000}

# wire_bytes_of COUNT: the bytes on the wires for a message of COUNT bytes
wire_bytes_of() {
  head -c "$1" /dev/pi-ring-up >/dev/got &
  reader=$!
  before=$(wire_bytes)
  head -c "$1" /dev/zero >/dev/pi-ring-down
  wait $reader
  expect_equal "bytes that came" "$(wc -c </dev/got)" "$1"
  echo $(($(wire_bytes) - before))
}

load_modules
wire_bytes_of 100 >/dev/null # the first message waits until both ends have joined
small=$(wire_bytes_of 36)
large=$(wire_bytes_of "$bytes")
[ "$small" -le $((36 + 64)) ] || { echo "36 bytes took $small"; exit 1; }
[ $((large * 100)) -le $((bytes * 103)) ] || { echo "$bytes bytes took $large"; exit 1; }
expect_no_fight
unload_modules
echo "36 bytes alone took $small on the wires, $bytes took $large"
