# Wrong calls return the right errors; random calls make the kernel complain of nothing.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
calls=${calls:-20000}

load_modules
"$lab/exercise" calls /dev/pi-ring-down
"$lab/exercise" calls /dev/pi-ring-up
"$lab/exercise" broken-write /dev/pi-ring-down /dev/pi-ring-up
"$lab/exercise" broken-write /dev/pi-ring-up /dev/pi-ring-down
"$lab/exercise" fuzz /dev/pi-ring-down "$calls" 1
"$lab/exercise" fuzz /dev/pi-ring-up "$calls" 2
expect_no_fight
unload_modules
echo "every bad call gave the right error; $((calls * 4)) random calls"
