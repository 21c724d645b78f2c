# Many bytes each way over wires that lose interrupts and flip bits.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
bytes=${bytes:-33554432}

load_modules
echo Y >"$wires/lose_masked"
echo 20 >"$wires/bit_error_ppm"
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up "$bytes" "$bytes" 7
expect_equal "bytes down" "$(statistic pi-ring-down tx_bytes)" "$(statistic pi-ring-up rx_bytes)"
expect_equal "bytes up" "$(statistic pi-ring-up tx_bytes)" "$(statistic pi-ring-down rx_bytes)"
cat "$wires/counters"
show_statistics pi-ring-down
expect_no_fight
errors="$(wire_counter bit_errors) bit errors"
unload_modules
echo "$bytes bytes each way, $errors, 0 wrong, 0 fights"
