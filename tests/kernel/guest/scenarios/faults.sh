# Streams each way over wires that lose interrupts, skew, glitch and flip bits:
# every byte right, counters agree, and bit errors cost less than half the rate.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"
bytes=${bytes:-200000}
link="/dev/pi-ring-down /dev/pi-ring-up"

set_fault() {
	echo "$2" > "$wires/$1"
}

# run_stream NAME SEED: prints what it took
run_stream() {
	begun=$(cut -d' ' -f1 /proc/uptime)
	# shellcheck disable=SC2086 # two words
	"$lab/exercise" stream $link "$bytes" "$bytes" "$2"
	took=$(awk -v begun="$begun" '{ print $1 - begun }' /proc/uptime)
	echo "$1: $took s, CRC errors $(statistic pi-ring-down crc_errors)" \
		"$(statistic pi-ring-up crc_errors), broken $(statistic pi-ring-down broken)"
}

load_bench
run_stream clean 1
clean=$took
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
set_fault glitch_ppm 20
run_stream "and glitches" 5
set_fault glitch_ppm 0
set_fault bit_error_ppm 0
expect_equal "bytes down" "$(statistic pi-ring-down tx_bytes)" "$(statistic pi-ring-up rx_bytes)"
expect_equal "bytes up" "$(statistic pi-ring-up tx_bytes)" "$(statistic pi-ring-down rx_bytes)"
cat "$wires/counters"
expect_no_fight
unload_bench
rate=$(awk "BEGIN { printf \"%.2f\", $clean / $errors }")
echo "10 x $bytes bytes, 0 wrong, 0 fights; bit errors at 1e-4: $rate of the clean rate"
