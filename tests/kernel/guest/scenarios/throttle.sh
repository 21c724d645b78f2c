# A link that is never idle is not stopped for a part of each second, as kernels before 6.12 do
# with a real-time thread that never sleeps.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
watched_s=6

load_modules
dmesg -c >/dev/null
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 100000000 0 1 >/dev/null &
writer=$!
sleep $watched_s
throttled=$(dmesg | grep -c 'RT throttling activated') || true
moved=$(statistic pi-ring-up rx_bytes)
kill -KILL $writer
wait $writer || true
expect_equal "times that real-time threads were stopped" "$throttled" 0
expect_no_fight
unload_modules
echo "$moved bytes in $watched_s s without a stop"
