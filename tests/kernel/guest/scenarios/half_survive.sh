# One end of a link whose other end is in another guest: a survivor keeps it busy both ways
# until the host says stop. Meanwhile the host breaks wires, kills guests, and has drivers
# restarted.
# shellcheck shell=sh disable=SC1091,SC2154 # lab and name come from the environment
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/survivors.sh"
. "$lab/scenarios/remote.sh"
driver=/sys/bus/platform/drivers/pi-ring
device=pi-ring-$name

# look: sets bytes, and tells the host
look() {
  received "$device"
  echo "$bytes" >"/dev/told/$name.report"
  kill -0 "$(survivor_of "$device")" || { cat "/dev/survivor-$device"; exit 1; }
}

has_sent() {
  { read -r sent <"/sys/class/misc/$device/statistics/tx_bytes"; } 2>/dev/null && [ "$sent" -gt 0 ]
}

restart_driver() {
  echo pi-ring.0 >$driver/unbind
  usleep 20000
  echo pi-ring.0 >$driver/bind
  rm "/dev/told/$name.restart"
}

tell loads
look_at_clock
begun=$now
load_modules remote=1
start_survivor "$device"
until look && [ "$bytes" -gt 0 ] && has_sent; do
  usleep 10000
done
look_at_clock
tell flows $((now - begun))
until [ -e /dev/told/stop ]; do
  look
  [ ! -e "/dev/told/$name.restart" ] || restart_driver
  usleep 20000
done
kill -TERM "$(survivor_of "$device")"
wait "$(survivor_of "$device")" || { cat "/dev/survivor-$device"; exit 1; }
show_statistics "$device"
cat "$wires/counters" "/dev/survivor-$device"
expect_no_fight
# The other guest must not take the end of this one for another fault.
tell ended
await_host off
unload_modules
tail -n 1 "/dev/survivor-$device"
