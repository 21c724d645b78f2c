# What is booted, and which scenarios run there.
# shellcheck shell=bash disable=SC2154 # run sets here and project

boots_of_layer() {
	case $1 in
	a) printf '%s\n' amd64 arm64 rt_amd64 raspi3b ;;
	b) printf '%s\n' um ;;
	*) die "no layer $1" ;;
	esac
}

# run_stock FLAVOUR FOLDER SECONDS PARAMETERS...
run_stock() {
	local flavour=$1 arch=${1##*-} folder=$2 seconds=$3 kernel
	shift 3
	kernel=$(fetch_kernel 6.12 "$flavour")
	build_modules_debian "$kernel" "$arch" "$folder/modules"
	make_guest "$folder/guest" "$arch" "$folder/modules"
	pack_initramfs "$folder/guest" "$folder/initramfs"
	"boot_$arch" "$kernel" "$folder/initramfs" "$folder/console" "$seconds" "$@" || true
	judge_console "$flavour" "$folder/console"
}

run_amd64() {
	run_stock amd64 "$1" 300 scenarios=pair
}

run_arm64() {
	run_stock arm64 "$1" 300 scenarios=pair
}

run_rt_amd64() {
	run_stock rt-amd64 "$1" 300 scenarios=pair
}

# The Pi's own pin controller: no traffic, as QEMU models no inputs there.
run_raspi3b() {
	local folder=$1 kernel
	kernel=$(fetch_kernel 6.12 arm64)
	build_modules_debian "$kernel" arm64 "$folder/modules"
	make_guest "$folder/guest" arm64 "$folder/modules"
	xz -dc "$kernel"/lib/modules/*/kernel/drivers/watchdog/bcm2835_wdt.ko.xz \
		>"$folder/guest/modules/bcm2835_wdt.ko"
	pack_initramfs "$folder/guest" "$folder/initramfs"
	merge_overlays "$kernel"/usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb \
		"$folder/merged.dtb" "$project/dts/pi-ring-overlay.dts" "$here/lab/wrong-overlay.dts"
	boot_raspi3b "$kernel" "$folder/initramfs" "$folder/merged.dtb" "$folder/console" 180 \
		scenarios=probe || true
	judge_console raspi3b "$folder/console"
}

run_um() {
	local folder=$1 kernel
	kernel=$(build_um 6.12 "$here/lab/um-debug.config")
	build_modules_um "$kernel" "$folder/modules"
	make_guest "$folder/guest" amd64 "$folder/modules"
	boot_um "$kernel" "$folder/guest" "$folder/console" 600 scenarios=pair || true
	judge_console um "$folder/console"
}
