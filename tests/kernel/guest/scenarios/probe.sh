# The driver on the Pi's real pin controller: it claims both banks of the merged overlay,
# with the documented directions, pulls and register access.
# shellcheck shell=sh disable=SC1091,SC2154 # lab comes from the environment
. "$lab/scenarios/modules.sh"
tracing=/sys/kernel/debug/tracing
pull_down=0x103  # PIN_CONFIG_BIAS_PULL_DOWN with the argument 1, packed

# Records the pulls that the pin controller's driver is asked for, with a kprobe: this
# controller's pulls cannot be read back, and QEMU has none.
watch_pulls() {
  echo 'p:pull bcm2835_pinconf_set pin=%x1:u32 config=+0(%x2):x64' >$tracing/kprobe_events
  echo 1 >$tracing/events/kprobes/pull/enable
}

# pulls: "pin=GPIO config=NUMBER" for each line of the banks whose bias was set (the last
# two digits, which are below 6)
pulls() {
  grep -oE 'pin=[0-9]* config=0x([0-9a-f]*0)?[0-5]$' $tracing/trace | sort -u |
    awk -F '[= ]' '$2 < 26'
}

# claimed: the lines of the banks, in the kernel's list
claimed() {
  grep -E 'gpio-.*(data|clk|ack)' /sys/kernel/debug/gpio
}

# outputs: the header's lines that are outputs of any driver
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
expect_equal "time of a sample is known" "$(($(cat /sys/class/misc/pi-ring-down/sample_ns) > 0))" 1
expect_equal "claimed lines" "$(claimed | wc -l)" 20
expect_equal "lines with a pull" "$(pulls | wc -l)" 20
expect_equal "pull-downs" "$(pulls | grep -c "config=$pull_down")" 20
# while no peer answers a bank drives only its own strobe
expect_equal "outputs" "$(outputs | xargs)" "13 24"
expect_equal "inputs" "$(claimed | grep -c ' in ')" 18
rmmod pi_ring
expect_equal "lines after unload" "$(claimed | wc -l)" 0
expect_equal "outputs after unload" "$(outputs)" ""
insmod "$lab/modules/pi_ring.ko" fastio=0
expect_equal "access" "$(cat /sys/class/misc/pi-ring-down/access)" gpiod
rmmod pi_ring

# expect_complaint NODE WORDS: the driver printed one line about that node at each load
expect_complaint() {
  expect_equal "lines on $1" "$(dmesg | grep -c "pi-ring $1: error")" 2
  expect_equal "lines on $1 that say \"$2\"" "$(dmesg | grep -c "pi-ring $1: error.*$2")" 2
}

# the module was loaded twice
expect_complaint wrong-no-role "property role is missing"
expect_complaint wrong-role 'role is "sideways"'
expect_complaint wrong-no-data "cannot claim data-gpios"
expect_complaint wrong-few-data "data-gpios has 2 lines, not 8"
expect_complaint wrong-no-clk "cannot claim clk-gpios"
expect_complaint wrong-no-ack "cannot claim ack-gpios"
echo "20 lines claimed and pulled down, CLK 24 and ACK 13 driven, registers and gpiod; 6 wrong nodes named"
