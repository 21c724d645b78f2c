# KUnit's suites run when the driver is loaded: all three run, and all pass.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"

load_modules
for suite in pi_ring_registers pi_ring_frame pi_ring_timeouts; do
  cat "/sys/kernel/debug/kunit/$suite/results"
  grep -q "^ok [0-9]* $suite" "/sys/kernel/debug/kunit/$suite/results"
done
passed=$(cat /sys/kernel/debug/kunit/pi_ring_*/results | grep -c '^    ok ')
unload_modules
echo "$passed cases in 3 suites"
