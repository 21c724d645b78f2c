# On the Pi's real pin controller: both banks of the merged overlay are
# claimed, with the documented directions, pulls and register access.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/lib.sh"
tracing=/sys/kernel/debug/tracing
pull_down=0x103	# PIN_CONFIG_BIAS_PULL_DOWN with the argument 1, packed

# What the pin controller is asked for. This one's pulls cannot be read back, nor has
# QEMU any: a probe on its driver tells.
watch_pulls() {
	echo 'p:pull bcm2835_pinconf_set pin=%x1:u32 config=+0(%x2):x64' > $tracing/kprobe_events
	echo 1 > $tracing/events/kprobes/pull/enable
}

# pulls: "pin=GPIO config=NUMBER" of each line of the banks, where a bias was set (by its
# two last digits, which are below 6)
pulls() {
	grep -oE 'pin=[0-9]* config=0x([0-9a-f]*0)?[0-5]$' $tracing/trace | sort -u |
		awk -F '[= ]' '$2 < 26'
}

# claimed: the lines of the banks, as the kernel shows them
claimed() {
	grep -E 'gpio-.*(data|clk|ack)' /sys/kernel/debug/gpio
}

# outputs: lines of the header that are, whoever has them
outputs() {
	awk '$1 == "pin" && $2 < 26 && /function gpio_out/ { print $2 }' /sys/kernel/debug/pinctrl/*bcm2835/pins
}

watch_pulls
insmod "$lab/modules/pi_ring.ko"
sleep 1
ls -l /dev/pi-ring-down /dev/pi-ring-up
claimed
pulls
expect_equal "access" "$(cat /sys/class/misc/pi-ring-down/access)" bcm2835
expect_equal "claimed lines" "$(claimed | wc -l)" 20
expect_equal "lines with a pull" "$(pulls | wc -l)" 20
expect_equal "pull-downs" "$(pulls | grep -c "config=$pull_down")" 20
# a bank drives its own strobe and nothing else while no peer answers
expect_equal "outputs" "$(outputs | xargs)" "13 24"
expect_equal "inputs" "$(claimed | grep -c ' in ')" 18
rmmod pi_ring
expect_equal "lines after unload" "$(claimed | wc -l)" 0
expect_equal "outputs after unload" "$(outputs)" ""
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
echo "20 lines claimed and pulled down, CLK 24 and ACK 13 driven, registers and gpiod; 7 wrong nodes named"
