# Streams each way over wires that lose interrupts, have skew and glitches, and flip bits:
# every byte is right, the counters of both ends agree, there are as many bit errors as
# were set, and they cost less than half of the rate.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
bytes=${bytes:-200000}
link="/dev/pi-ring-down /dev/pi-ring-up"

set_fault() {
  echo "$2" >"$wires/$1"
}

# run_stream NAME SEED: sets took, in seconds, and sent, the bytes on the wires
run_stream() {
  begun=$(cut -d' ' -f1 /proc/uptime)
  before=$(wire_bytes)
  # shellcheck disable=SC2086 # two words
  "$lab/exercise" stream $link "$bytes" "$bytes" "$2"
  took=$(awk -v begun="$begun" '{ print $1 - begun }' /proc/uptime)
  sent=$(($(wire_bytes) - before))
  echo "$1: $took s, $sent bytes on the wires, CRC errors $(statistic pi-ring-down crc_errors)" \
    "$(statistic pi-ring-up crc_errors), broken $(statistic pi-ring-down broken)"
}

# expect_errors COUNT BYTES PPM: COUNT is within five standard deviations of BYTES * PPM
expect_errors() {
  awk -v errors="$1" -v due="$(($2 * $3))" \
    'BEGIN { due /= 1000000; off = errors - due; exit off * off > 25 * due }' ||
    { echo "$1 bit errors in $2 bytes, but $3 in a million were set"; exit 1; }
}

load_modules
run_stream clean 1
clean=$took
clean_sent=$sent
set_fault lose_masked Y
run_stream "lost interrupts" 2
set_fault delay_ns 500
set_fault skew_ns 2000
set_fault irq_jitter_ns 20000
run_stream "delay, skew, jitter" 3
set_fault delay_ns 0
set_fault skew_ns 0
set_fault bit_error_ppm 100
run_stream "bit errors 1e-4" 4
errors=$took
errors_sent=$sent
set_fault glitch_ppm 20
run_stream "and glitches" 5
set_fault glitch_ppm 0
set_fault bit_error_ppm 0
expect_equal "bytes down" "$(statistic pi-ring-down tx_bytes)" "$(statistic pi-ring-up rx_bytes)"
expect_equal "bytes up" "$(statistic pi-ring-up tx_bytes)" "$(statistic pi-ring-down rx_bytes)"
cat "$wires/counters"
expect_errors "$(wire_counter bit_errors)" $((errors_sent + sent)) 100
[ "$errors_sent" -le $((2 * clean_sent)) ] || { echo "$errors_sent bytes for $clean_sent"; exit 1; }
flipped="$(wire_counter bit_errors) in $((errors_sent + sent)) bytes"
expect_no_fight
unload_modules
rate=$(awk "BEGIN { printf \"%.2f\", $clean / $errors }")
carried=$(awk "BEGIN { printf \"%.2f\", $clean_sent / $errors_sent }")
echo "10 x $bytes bytes, 0 wrong, 0 fights; bit errors at 1e-4 ($flipped): $rate of the clean rate, $carried of the bytes on the wires"
