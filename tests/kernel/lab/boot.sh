# Boots a guest and writes its console to a file; a guest that runs too long is ended.
# shellcheck shell=bash disable=SC2154 # run sets here and project

guest_command_line() {
  printf 'panic=-1 oops=panic loglevel=7 rdinit=/lab/busybox lab=/lab %s -- sh /lab/init' "$*"
}

# By default one thread emulates all processors in turn. With tcg_thread=multi each has a
# thread of its own, so they run at once; but on a busy host, where two of them wait for
# each other, each move then takes a time slice of the host.
#
# The emulator remembers the pages from which it has translated code. The kernel frees
# some of them after its start, and they come to hold a driver's data. While they are
# remembered every write to them costs ten times as much, so that one link of a ring is
# slow, another at each boot. A small buffer of 24 MiB soon overflows, and then the
# emulator forgets all translations.
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

# The guest runs from its folder on the host, which it mounts read-only.
boot_um() {
  (exec_um "$@")
}

# In place of this shell, so that its process is that of timeout, whose group is the guest.
exec_um() {
  local kernel=$1 folder=$2 log=$3 seconds=$4
  exec timeout "$seconds" "$kernel/vmlinux" mem=512M rootfstype=hostfs rootflags=/ ro \
    con=null con0=null,fd:1 kunit.enable=1 panic=-1 oops=panic \
    "init=$folder/busybox" "lab=$folder" "${@:5}" -- sh "$folder/init" \
    </dev/null >"$log" 2>&1
}

# play_um KERNEL FOLDER SCRATCH RANKS: the same with a shell on this terminal, in a ring of
# RANKS.
play_um() {
  local kernel=$1 folder=$2 scratch=$3 ranks=$4
  "$kernel/vmlinux" mem=512M rootfstype=hostfs rootflags=/ ro quiet con=null con0=fd:0,fd:1 \
    panic=-1 "uml_dir=$scratch/" "init=$folder/busybox" "lab=$folder" "ranks=$ranks" play=1 -- sh "$folder/init"
  stty sane
}

# User Mode Linux keeps the guest's memory in a file of /dev/shm, which is small in some
# containers; the guest dies where that is full.
choose_memory_folder() {
  local free
  free=$(df -BM --output=avail /dev/shm 2>/dev/null | tail -n 1) || free=0
  free=${free//[!0-9]/}
  ((${free:-0} >= 512)) || export TMPDIR=${TMPDIR:-/var/tmp}
}

# merge_overlays TREE OUT OVERLAY.dts...: applies overlays to a Pi's device tree, as the
# firmware does.
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
