# What is booted, and which scenarios run there.
# shellcheck shell=bash disable=SC2154 # run sets here and project

boots_of_layer() {
	case $1 in
	a) printf '%s\n' amd64 arm64 rt_amd64 raspi3b ;;
	b) printf '%s\n' um ;;
	bulk) printf '%s\n' um_plain ;;
	*) die "no layer $1" ;;
	esac
}

# run_stock FLAVOUR FOLDER: emulated processors are slow and bytes few here; what
# is shown is that it builds, binds and moves on this kernel, with two of them.
run_stock() {
	local flavour=$1 arch=${1##*-} folder=$2 kernel
	kernel=$(fetch_kernel 6.12 "$flavour")
	build_modules_debian "$kernel" "$arch" "$folder/modules"
	make_guest "$folder/guest" "$arch" "$folder/modules"
	pack_initramfs "$folder/guest" "$folder/initramfs"
	"boot_$arch" "$kernel" "$folder/initramfs" "$folder/console" 600 \
		scenarios=pair,idle,calls,restart bytes=200000 calls=2000 rounds=10 || true
	judge_console "$flavour" "$folder/console"
}

run_amd64() {
	run_stock amd64 "$1"
}

run_arm64() {
	run_stock arm64 "$1"
}

run_rt_amd64() {
	run_stock rt-amd64 "$1"
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

# run_um_kernel NAME CONFIG FOLDER SECONDS PARAMETERS...
run_um_kernel() {
	local name=$1 config=$2 folder=$3 seconds=$4 kernel
	shift 4
	kernel=$(build_um 6.12 "$here/lab/$config")
	build_modules_um "$kernel" "$folder/modules"
	make_guest "$folder/guest" amd64 "$folder/modules"
	boot_um "$kernel" "$folder/guest" "$folder/console" "$seconds" "$@" || true
	judge_console "$name" "$folder/console"
}

run_um() {
	run_um_kernel um um-debug.config "$1" 1800 \
		scenarios=kunit,pair,idle,calls,faults,ring,restart,states \
		bytes=200000 rounds=20
}

# Without the checks, for many bytes: layer "bulk", 64 MiB in all unless
# PI_RING_BULK_BYTES says how many each way.
run_um_plain() {
	local bytes=${PI_RING_BULK_BYTES:-33554432}
	run_um_kernel um-plain um-plain.config "$1" 14400 scenarios=bulk \
		"bytes=$bytes" seconds=14000
}
