# Two Pis: a stream each way at once; the counters of both ends agree.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
bytes=${bytes:-1048576}

load_modules
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up "$bytes" "$bytes" 1 >/dev/stream || {
  show_statistics pi-ring-down
  show_statistics pi-ring-up
  cat /sys/class/misc/pi-ring-*/state "$wires/counters" "$wires/wires" /dev/stream
  exit 1
}
cat /dev/stream
show_statistics pi-ring-down
show_statistics pi-ring-up
cat "$wires/counters"
expect_equal "bytes down" "$(statistic pi-ring-down tx_bytes)" "$(statistic pi-ring-up rx_bytes)"
expect_equal "bytes up" "$(statistic pi-ring-up tx_bytes)" "$(statistic pi-ring-down rx_bytes)"
expect_no_fight
unload_modules
echo "$bytes bytes each way, 0 wrong, 0 fights"
