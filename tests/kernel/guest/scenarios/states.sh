# At every state of the handshake, at either end, while bytes flow both ways: the link
# restarts, stalls briefly or for longer than a stream survives, its driver is unbound, or
# its user is killed. Bytes flow again each time, within two seconds in 19 cases of 20.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/survivors.sh"
driver=/sys/bus/platform/drivers/pi-ring
debug=/sys/kernel/debug/pi_ring
faults=${faults:-200}
stall_ms=300
long_stall_ms=3000
catch_ms=30  # a stall that is long enough to act in this state

platform_device() {
  [ "$1" = pi-ring-down ] && echo pi-ring.0 || echo pi-ring.1
}

other() {
  [ "$1" = pi-ring-down ] && echo pi-ring-up || echo pi-ring-down
}

pull() {
  platform_device "$1" >$driver/unbind
  platform_device "$1" >$driver/bind
}

# fired_within LOOKS: the fault happens within LOOKS times 20 ms
fired_within() {
  looks=$1
  while [ "$looks" -gt 0 ]; do
    read -r left <"$debug/$device/fault"
    [ "$left" = none ] && return
    usleep 20000
    looks=$((looks - 1))
  done
  return 1
}

# meet STATE ACTION...: waits until the device comes to the state. States of the recovery
# occur only after the peer restarts.
meet() {
  echo "$@" >"$debug/$device/fault"
  fired_within 20 || { pull "$(other "$device")" && fired_within 40; } || {
    echo none >"$debug/$device/fault"
    missed="$missed $device:$1"
    return 1
  }
}

# try_event STATE: sets stalled, the milliseconds before recovery can begin
try_event() {
  stalled=0
  case $event in
  restart) meet "$1" restart ;;
  stall) meet "$1" stall $stall_ms && stalled=$stall_ms ;;
  long) meet "$1" stall $long_stall_ms && stalled=$long_stall_ms ;;
  pull) meet "$1" stall $catch_ms && pull $device ;;
  kill) meet "$1" stall $catch_ms && kill_survivor $device && start_survivor $device ;;
  esac
}

# Only one fault in 12 is a long stall, as it takes seconds.
choose_event() {
  case $((round % 12)) in
  0 | 4 | 8) event=restart ;;
  1 | 5 | 9) event=stall ;;
  2 | 6 | 10) event=pull ;;
  3 | 7) event="kill" ;;
  11) event=long ;;
  esac
}

# Only the downstream end breaks, and only the upstream end knocks and echoes.
can_meet() {
  case $device:$1 in
  pi-ring-up:break-* | pi-ring-down:knock | pi-ring-down:echo-*) return 1 ;;
  esac
}

note_recovery() {
  fault="$device:$1:$event"
  await_traffic "$fault"
  took=$((took - stalled / 10))
  if [ "$took" -gt "$slowest" ]; then
    slowest=$took
    slowest_fault=$fault
  fi
  [ "$took" -le 200 ] || late=$((late + 1))
}

load_modules
start_survivors
await_traffic start
missed=
late=0
slowest=0
slowest_fault=
round=${round:-0}
done=0
while [ "$done" -lt "$faults" ]; do
  while read -r state; do
    for device in pi-ring-down pi-ring-up; do
      can_meet "$state" || continue
      choose_event
      round=$((round + 1))
      try_event "$state" || continue
      done=$((done + 1))
      note_recovery "$state"
    done
  done <$debug/states
  round=$((round + 1))  # so that each state gets another event in the next pass
  echo "$done faults"
done
stop_survivors
cat "$wires/counters"
expect_no_fight
unload_modules
echo "never reached:$missed"
echo "slowest recovery: $slowest_fault"
# Some gaps in which the host did not run the guest are too short to be noticed.
[ $((late * 20)) -le "$done" ] || { echo "$late of $done faults took longer than 2 s"; exit 1; }
echo "$done faults, 0 bytes wrong, 0 fights, bytes flowed again within 2 s of $((done - late)), $((slowest * 10)) ms of each"
