# Busy programs on every processor, and short ones that come and go, do not stop a link;
# nor does the link stop them.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/survivors.sh"
bytes=${busy_bytes:-100000}
limit_s=60  # for all of it; if each move lost a time slice it would take several hundred

# start_hogs: one program for each processor, and one that starts others
start_hogs() {
  hogs=
  processors=$(nproc)
  for _ in $(seq "$processors"); do
    sh -c 'while :; do :; done' &
    hogs="$hogs $!"
  done
  sh -c 'while :; do cat /proc/uptime >/dev/null; done' &
  hogs="$hogs $!"
}

# await_bytes DEVICE: until it has received $bytes bytes
await_bytes() {
  until [ "$(statistic "$1" rx_bytes)" -ge "$bytes" ]; do
    look_at_clock
    [ $((now - begun)) -lt $((limit_s * 100)) ] || {
      echo "$1: $(statistic "$1" rx_bytes) of $bytes bytes in $limit_s s"
      exit 1
    }
    sleep 1
  done
}

load_modules
start_hogs
look_at_clock
begun=$now
start_survivors
await_bytes pi-ring-up
await_bytes pi-ring-down
look_at_clock
took=$((now - begun))
# shellcheck disable=SC2086 # several words
kill -KILL $hogs
stop_survivors
expect_no_fight
unload_modules
echo "$bytes bytes each way beside busy programs in $((took / 100)) s, 0 wrong, 0 fights"
