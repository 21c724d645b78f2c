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

# expect_complaint NODE WORDS: the driver has one line on that node (the kernel's core adds its own)
expect_complaint() {
	expect_equal "lines on $1" "$(dmesg | grep -c "pi-ring $1: error")" 2
	expect_equal "lines on $1 that say \"$2\"" "$(dmesg | grep -c "pi-ring $1: error.*$2")" 2
}

# twice: the module was loaded twice
expect_complaint wrong-no-role "property role is missing"
expect_complaint wrong-role 'role is "sideways"'
expect_complaint wrong-mode 'mode is "often"'
expect_complaint wrong-no-data "cannot claim data-gpios"
expect_complaint wrong-few-data "data-gpios has 2 lines, not 8"
expect_complaint wrong-no-clk "cannot claim clk-gpios"
expect_complaint wrong-no-ack "cannot claim ack-gpios"
echo "20 lines claimed, 2 driven, registers and gpiod; 7 wrong nodes named"
