# One end of a link whose other end is in another guest: streams each way at once, of as many
# bytes as each phase says. The host changes the wires between the phases. With keep=1 the
# driver is still loaded when the guest powers off.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and phases come from the environment
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/remote.sh"

ends="/dev/pi-ring-down -"
[ "$name" = down ] || ends="- /dev/pi-ring-up"

load_modules remote=1
total=0
for phase in $(echo "$phases" | tr , ' '); do
  bytes=${phase#*:}
  phase=${phase%:*}
  total=$((total + bytes))
  tell "ready.$phase"
  await_host "$phase"
  "$lab/exercise" stream $ends "$bytes" "$bytes" "$total"
  tell "done.$phase"
done
await_host stop
show_statistics "pi-ring-$name"
cat "$wires/counters"
expect_equal "bytes sent" "$(statistic "pi-ring-$name" tx_bytes)" $total
expect_equal "bytes received" "$(statistic "pi-ring-$name" rx_bytes)" $total
expect_no_fight
[ -n "${keep:-}" ] || unload_modules
echo "$total bytes each way, 0 wrong, 0 fights"
