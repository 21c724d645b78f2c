# The rate of each mode down the link, with access as if to registers and through gpiod.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
bytes=${bytes:-100000}

measure() {
  for side in down up; do
    echo "$1" >"/sys/class/misc/pi-ring-$side/mode"
  done
  rate=$("$lab/exercise" stream /dev/pi-ring-down /dev/pi-ring-up "$2" 0 3 |
    awk '{ print $6 }')
  echo "$(cat /sys/class/misc/pi-ring-down/access) $1: $rate B/s"
}

for fastio in 1 0; do
  module_parameters=fastio=$fastio load_modules
  measure irq $((bytes / 10))
  measure hybrid "$bytes"
  measure poll "$bytes"
  expect_no_fight
  unload_modules
done
echo "measured"
