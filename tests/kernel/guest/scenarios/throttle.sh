# A link that is never idle is not stopped for a part of each second, as kernels before 6.12 do
# with a real-time thread that never sleeps; and what an administrator sets, stays.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
watched_s=6

priority_of() {
  awk '{ print $40 }' "/proc/$1/stat"
}

load_modules
dmesg -c >/dev/null
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 100000000 0 1 >/dev/null &
writer=$!
sleep $watched_s
throttled=$(dmesg | grep -c 'RT throttling activated') || true
moved=$(statistic pi-ring-up rx_bytes)
thread=$(pidof pi-ring-up)
"$lab/exercise" priority "$thread" 50
sleep 1
expect_equal "priority after a second" "$(priority_of "$thread")" 50
kill -KILL $writer
wait $writer || true
expect_equal "times that real-time threads were stopped" "$throttled" 0
expect_no_fight
unload_modules
echo "$moved bytes in $watched_s s without a stop"
