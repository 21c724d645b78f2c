# A ring of four Pis in one kernel: eight banks and four links, all busy at once.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
bytes=${bytes:-50000}

load_modules pis=4 links=4
for number in "" 1 2 3; do
  "$lab/exercise" stream "/dev/pi-ring-down$number" "/dev/pi-ring-up$number" \
    "$bytes" "$bytes" "1${number:-0}" >"/dev/ring$number" &
done
wait
for number in "" 1 2 3; do
  grep -c ' 0 wrong' "/dev/ring$number" >/dev/ring-right || { cat "/dev/ring$number"; exit 1; }
  expect_equal "directions of link ${number:-0}" "$(cat /dev/ring-right)" 2
  expect_equal "bytes of link ${number:-0}" \
    "$(statistic "pi-ring-down$number" tx_bytes)" "$(statistic "pi-ring-up$number" rx_bytes)"
done
expect_no_fight
unload_modules

# one Pi, its downstream bank wired to its own upstream bank
load_modules pis=1 links=1
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up "$bytes" "$bytes" 2
expect_no_fight
unload_modules
echo "4 links at once and a Pi wired to itself, $bytes bytes each way, 0 wrong, 0 fights"
