# On the Pi's real pin controller: both banks of the merged overlay are
# claimed, with the documented directions, pulls and register access.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"

insmod "$lab/modules/pi_ring.ko"
sleep 1
ls -l /dev/pi-ring-down /dev/pi-ring-up
grep -E 'gpio-.*(data|clk|ack)' /sys/kernel/debug/gpio
expect_equal "access" "$(cat /sys/class/misc/pi-ring-down/access)" bcm2835
expect_equal "claimed lines" "$(grep -cE 'gpio-.*(data|clk|ack)' /sys/kernel/debug/gpio)" 20
# a bank drives its own strobe and nothing else while no peer answers
expect_equal "outputs" "$(grep -E 'gpio-.*(data|clk|ack)' /sys/kernel/debug/gpio |
	grep -c ' out ')" 2
rmmod pi_ring
expect_equal "lines after unload" "$(grep -cE 'gpio-.*(data|clk|ack)' /sys/kernel/debug/gpio)" 0
insmod "$lab/modules/pi_ring.ko" fastio=0
expect_equal "access" "$(cat /sys/class/misc/pi-ring-down/access)" gpiod
rmmod pi_ring
echo "20 lines claimed, 2 driven, registers and gpiod"
