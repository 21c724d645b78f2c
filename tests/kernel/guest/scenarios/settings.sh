# Impossible settings are refused, with one line for each bank that says why, or limited; the
# smallest possible fifo works; an end that stalls on purpose can be unbound.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"

# expect_refused PARAMETER WORDS: neither bank gets a device
expect_refused() {
  dmesg -c >/dev/null
  insmod "$lab/modules/pi_ring.ko" "$1"
  expect_equal "lines about $1" "$(dmesg | grep -c "pi-ring pi-ring.*: error.*$2")" 2
  if [ -e /dev/pi-ring-down ] || [ -e /dev/pi-ring-up ]; then
    echo "$1 made a device"
    exit 1
  fi
  rmmod pi_ring
}

# expect_no_fault COMMAND: debugfs refuses it, and no fault is set
expect_no_fault() {
  fault=/sys/kernel/debug/pi_ring/pi-ring-down/fault
  if (echo "$1" >$fault) 2>/dev/null; then
    echo "fault \"$1\" was taken"
    exit 1
  fi
  expect_equal "fault after \"$1\"" "$(cat $fault)" none
}

# expect_spin_us VALUE
expect_spin_us() {
  for side in down up; do
    expect_equal "spin_us of $side" "$(cat /sys/class/misc/pi-ring-$side/spin_us)" "$1"
  done
}

# unbind_in_stall: a task that waited for ten seconds would be a complaint of the kernel
unbind_in_stall() {
  fault=/sys/kernel/debug/pi_ring/pi-ring-down/fault
  echo "$(cat /sys/class/misc/pi-ring-down/state) stall 60000" >$fault
  until [ "$(cat $fault)" = none ]; do usleep 10000; done
  echo pi-ring.0 >/sys/bus/platform/drivers/pi-ring/unbind
}

insmod "$lab/modules/pi_ring_sim.ko"
expect_refused fifo_bytes=1 "fifo_bytes is 1, less than a frame's 2048"
expect_refused fifo_bytes=2047 "fifo_bytes is 2047"
expect_refused mode=often 'mode is "often"'
insmod "$lab/modules/pi_ring.ko" fifo_bytes=2048 spin_us=4000000000
expect_spin_us 1000000
if (echo 1000001 >/sys/class/misc/pi-ring-down/spin_us) 2>/dev/null; then
  echo "spin_us of more than a second was taken"
  exit 1
fi
"$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up 20000 20000 1
for command in "none x" "none restart" "hold" "hold stall" "hold stall 0" "nowhere restart" ""; do
  expect_no_fault "$command"
done
unbind_in_stall
expect_no_fight
unload_modules
echo "3 settings and 7 faults refused, fifos of 2048 bytes carry a stream, a stall of a minute ends when it is unbound"
