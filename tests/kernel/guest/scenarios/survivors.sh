# Survivors: two programs, one at each end of a link, that keep it busy both ways, check
# every byte and survive breaks. Scenarios start, kill and stop them. Sourced after modules.sh.
# shellcheck shell=sh disable=SC2154 # lab and wires come from the environment and modules.sh

survivor_seed=0
# How long without bytes means that a link is dead. It is long because a guest on a busy host
# may get a twentieth of a processor, while its clock goes on.
dead_s=60
gap=5  # hundredths of a second; a look and its sleep take one or two

# start_survivor DEVICE
start_survivor() {
  survivor_seed=$((survivor_seed + 1))
  "$lab/exercise" survive "/dev/$1" "$survivor_seed" >"/dev/survivor-$1" &
  eval "survivor_${1#pi-ring-}=$!"
}

# survivor_of DEVICE: the process's id
survivor_of() {
  eval "echo \$survivor_${1#pi-ring-}"
}

start_survivors() {
  start_survivor pi-ring-down
  start_survivor pi-ring-up
}

kill_survivor() {
  kill -KILL "$(survivor_of "$1")"
  wait "$(survivor_of "$1")" || true
}

# stop_survivors: fails if one of them received a wrong byte
stop_survivors() {
  for device in pi-ring-down pi-ring-up; do
    kill -TERM "$(survivor_of $device)"
    wait "$(survivor_of $device)" || { cat /dev/survivor-$device; exit 1; }
    cat /dev/survivor-$device
  done
}

# The functions below start as few processes as possible: in a guest with KASAN, starting one
# takes as long as what they measure.

# received DEVICE: sets bytes; 0 while the device is unregistered
received() {
  { read -r bytes <"/sys/class/misc/$1/statistics/rx_bytes"; } 2>/dev/null || bytes=0
}

# look_at_clock: sets now, in hundredths of a second
look_at_clock() {
  read -r uptime _ </proc/uptime
  now=$((${uptime%.*} * 100 + 1${uptime#*.} - 100))
}

# hears DEVICE BEFORE: its count has changed: risen, or begun at 0 after a restart
hears() {
  received "$1"
  [ "$bytes" -ne "$2" ]
}

# await_traffic REASON: waits until both ends receive bytes; sets took, in hundredths of a
# second. A gap between two looks is time in which a busy host did not run this guest, and
# does not count.
await_traffic() {
  look_at_clock
  begun=$now
  not_run=0
  received pi-ring-down
  down_before=$bytes
  received pi-ring-up
  up_before=$bytes
  until hears pi-ring-down "$down_before" && hears pi-ring-up "$up_before"; do
    last_look=$now
    look_at_clock
    [ $((now - last_look)) -le "$gap" ] || not_run=$((not_run + now - last_look - 1))
    [ $((now - begun)) -lt $((dead_s * 100)) ] || {
      cat /dev/survivor-* /sys/class/misc/pi-ring-*/state "$wires/counters"
      echo "$1: no traffic for $dead_s s"
      exit 1
    }
    usleep 10000
  done
  look_at_clock
  # shellcheck disable=SC2034 # used by the scenarios
  took=$((now - begun - not_run))
}
