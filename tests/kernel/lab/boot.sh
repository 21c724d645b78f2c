# Boots a guest and collects its console; none outlives its deadline.
# shellcheck shell=bash disable=SC2154 # run sets here and project

guest_command_line() {
	printf 'panic=-1 oops=panic loglevel=7 rdinit=/lab/busybox lab=/lab %s -- sh /lab/init' "$*"
}

# One thread for all processors, which takes turns where one of them pauses. With
# tcg_thread=multi each has its own: truly at once, and on a busy host, where the two
# wait for each other, each move waits a time slice of the host.
#
# The emulator remembers which pages it has translated code from. Those that the kernel
# frees after its start come to hold a driver's data, and as long as it remembers them
# every write there costs ten times as much: one link of a ring crawls, another at each
# boot. In a small buffer, 24 MiB, translations soon run out of room, and all of them
# are forgotten.
accelerator() {
	printf 'tcg,thread=%s,tb-size=24' "${tcg_thread:-single}"
}

boot_amd64() {
	local kernel=$1 image=$2 log=$3 seconds=$4
	timeout "$seconds" qemu-system-x86_64 -accel "$(accelerator)" -cpu max -smp 2 -m 512 \
		-nodefaults -display none -no-reboot -serial "file:$log" \
		-kernel "$kernel"/boot/vmlinuz-* -initrd "$image" \
		-append "console=ttyS0 $(guest_command_line "${@:5}")"
}

boot_arm64() {
	boot_arm64_image "$1"/boot/vmlinuz-* "${@:2}"
}

boot_arm64_image() {
	local kernel=$1 image=$2 log=$3 seconds=$4
	timeout "$seconds" qemu-system-aarch64 -accel "$(accelerator)" -M virt -cpu cortex-a72 \
		-smp "${processors:-2}" -m 512 -nodefaults -display none -no-reboot -serial "file:$log" \
		-kernel "$kernel" -initrd "$image" \
		-append "console=ttyAMA0 $(guest_command_line "${@:5}")"
}

# The guest runs from its folder on the host, read-only.
boot_um() {
	local kernel=$1 folder=$2 log=$3 seconds=$4
	timeout "$seconds" "$kernel/vmlinux" mem=512M rootfstype=hostfs rootflags=/ ro \
		con=null con0=null,fd:1 kunit.enable=1 panic=-1 oops=panic \
		"init=$folder/busybox" "lab=$folder" "${@:5}" -- sh "$folder/init" \
		</dev/null >"$log" 2>&1
}

# The same with a shell on this terminal, in a ring of so many ranks.
play_um() {
	local kernel=$1 folder=$2 ranks=$3
	"$kernel/vmlinux" mem=512M rootfstype=hostfs rootflags=/ ro quiet con=null con0=fd:0,fd:1 \
		panic=-1 "init=$folder/busybox" "lab=$folder" "ranks=$ranks" play=1 -- sh "$folder/init"
	stty sane
}

# merge_overlays TREE OUT OVERLAY.dts...: a Pi's device tree with overlays applied,
# as the firmware would do it.
merge_overlays() {
	local tree=$1 out=$2 overlay compiled=()
	for overlay in "${@:3}"; do
		compiled+=("$out.$(basename "$overlay" .dts).dtbo")
		dtc -q -@ -I dts -O dtb -o "${compiled[-1]}" "$overlay"
	done
	fdtoverlay -i "$tree" -o "$out" "${compiled[@]}"
}

boot_raspi3b() {
	local kernel=$1 image=$2 dtb=$3 log=$4 seconds=$5
	timeout "$seconds" qemu-system-aarch64 -accel "$(tcg_thread=multi accelerator)" -M raspi3b -m 1024 \
		-display none -no-reboot -serial "file:$log" -dtb "$dtb" \
		-kernel "$kernel"/boot/vmlinuz-* -initrd "$image" \
		-append "console=ttyAMA0 $(guest_command_line "${@:6}")"
}
