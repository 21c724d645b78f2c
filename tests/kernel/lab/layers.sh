# Which kernels each layer boots, and which scenarios run in each.
# shellcheck shell=bash disable=SC2154 # run sets here and project

boots_of_layer() {
  case $1 in
  stock) printf '%s\n' amd64 arm64 rt_amd64 raspi3b ;;
  old) printf '%s\n' old_amd64 ;;
  checked) printf '%s\n' um um_states_{1,2} ;;
  ring) printf '%s\n' um_ring arm64_ring ;;
  smp) printf '%s\n' arm64_debug ;;
  bulk) printf '%s\n' um_plain ;;
  speed) printf '%s\n' speed_amd64 wires_amd64 ${against:+against_amd64} ;;
  coverage) printf '%s\n' um_coverage ;;
  soak) printf '%s\n' um_plain_soak um_soak_{1,2,3,4} ;;
  guests) printf '%s\n' guests_streams guests_survivors guests_ring guests_wrong ;;
  guests-long) printf '%s\n' guests_streams_long guests_survivors_long ;;
  *) die "no layer $1" ;;
  esac
}

# run_stock SERIES FLAVOUR FOLDER PARAMETERS...: a stock Debian kernel.
run_stock() {
  local series=$1 flavour=$2 arch=${2##*-} folder=$3 kernel
  shift 3
  kernel=$(fetch_kernel "$series" "$flavour")
  build_modules_debian "$kernel" "$arch" "$folder/modules"
  make_guest "$folder/guest" "$arch" "$folder/modules"
  pack_initramfs "$folder/guest" "$folder/initramfs"
  "boot_$arch" "$kernel" "$folder/initramfs" "$folder/console" 600 "$@" || true
  judge_console "$series $flavour" "$folder/console"
}

# Emulated processors are slow, so these move few bytes.
stock_scenarios=("scenarios=pair,idle,calls,restart" bytes=200000 calls=2000 rounds=4)

run_amd64() {
  run_stock 6.12 amd64 "$1" "${stock_scenarios[@]}"
}

run_arm64() {
  run_stock 6.12 arm64 "$1" "${stock_scenarios[@]}"
}

run_rt_amd64() {
  run_stock 6.12 rt-amd64 "$1" "${stock_scenarios[@]}"
}

# Only a kernel as old as this one stops real-time threads that never sleep.
run_old_amd64() {
  run_stock 6.1 amd64 "$1" "${stock_scenarios[@]/restart/restart,throttle}"
}

# The scenario bitbang is here because its deadlines need an idle host as much as a rate does.
run_speed_amd64() {
  tcg_thread=multi run_stock 6.12 amd64 "$1" scenarios=bitbang,speed,idle bytes=200000
}

# The rates of the driver of the checkout that --against names, and of this one.
run_against_amd64() {
  local folder=$1 kernel
  kernel=$(fetch_kernel 6.12 amd64)
  rm -rf "$folder/before"
  project=$against build_modules_debian "$kernel" amd64 "$folder/before"
  build_modules_debian "$kernel" amd64 "$folder/modules"
  make_guest "$folder/guest" amd64 "$folder/modules"
  cp "$folder/before/pi_ring.ko" "$folder/guest/modules/before.ko"
  pack_initramfs "$folder/guest" "$folder/initramfs"
  tcg_thread=multi boot_amd64 "$kernel" "$folder/initramfs" "$folder/console" 1800 \
    scenarios=speed_against,idle seconds=1500 || true
  judge_console "6.12 amd64" "$folder/console"
}

# pi-ring wires between two Pis: four minutes, most of them spent waiting for answers.
run_wires_amd64() {
  tcg_thread=multi run_stock 6.12 amd64 "$1" scenarios=wires_peer
}

# The Pi's own pin controller. QEMU models no inputs there, so no bytes move.
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

# prepare_um CONFIG FOLDER: sets kernel.
prepare_um() {
  {
    flock 8 # boots at once share one kernel and one program
    kernel=$(build_um 6.12 "$here/lab/$1")
    build_modules_um "$kernel" "$2/modules"
    make_guest "$2/guest" amd64 "$2/modules"
  } 8>"$work/preparing"
}

# run_um_kernel NAME CONFIG FOLDER SECONDS PARAMETERS...
run_um_kernel() {
  local name=$1 config=$2 folder=$3 seconds=$4 kernel
  shift 4
  prepare_um "$config" "$folder"
  boot_um "$kernel" "$folder/guest" "$folder/console" "$seconds" "$@" || true
  judge_console "$name" "$folder/console"
}

every_scenario=kunit,wires,loopback,settings,pair,overhead,idle,busy,calls,faults,ring,restart,broken,trace

run_um() {
  run_um_kernel um um-debug.config "$1" 1800 "scenarios=$every_scenario" bytes=200000 rounds=20
}

# run_states FOLDER ROUND: at least 100 faults, until every state has had equally many. A
# guest waits most of the time, so several at once take little longer than one; each
# begins with another event.
run_states() {
  run_um_kernel um-states um-debug.config "$1" 1800 scenarios=states faults=100 "round=$2" seconds=1700
}

run_um_states_1() {
  run_states "$1" 0
}

run_um_states_2() {
  run_states "$1" 3
}

# Ranks over the driver.
run_um_ring() {
  run_um_kernel um-ring um-debug.config "$1" 1800 scenarios=write,train seconds=1000
}

# pi-ring as tools/coverage builds and calls it, in every scenario that runs it.
run_um_coverage() {
  : "${LLVM_PROFILE_FILE:?names the files of counters; tools/coverage sets it}"
  program_preset=coverage run_um_kernel um-coverage um-debug.config "$1" 3600 \
    scenarios=wires,wires_peer,loopback,bitbang,write,train bytes=20000 rings=4 cuts=2 kills=2 \
    seconds=1000 "counters=$(dirname "$LLVM_PROFILE_FILE")"
}

# The same ring on a Pi's processor: a stock arm64 kernel, and pi-ring built for it. There
# is one emulated processor: with two, threads that spin for each other starve on a busy host.
run_arm64_ring() {
  local folder=$1 kernel
  kernel=$(fetch_kernel 6.12 arm64)
  build_modules_debian "$kernel" arm64 "$folder/modules"
  make_guest "$folder/guest" arm64 "$folder/modules"
  copy_program "$folder/guest" arm64
  pack_initramfs "$folder/guest" "$folder/initramfs"
  processors=1 boot_arm64 "$kernel" "$folder/initramfs" "$folder/console" 1500 \
    scenarios=write,train rings=4 cuts=2 seconds=900 || true
  judge_console arm64-ring "$folder/console"
}

# Two processors at once under the same checks; they are emulated, so few bytes move.
run_arm64_debug() {
  local folder=$1 kernel
  kernel=$(build_arm64 6.12 "$here/lab/arm64-debug.config")
  build_modules "$folder/modules" -C "$kernel" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- KUNIT=y
  make_guest "$folder/guest" arm64 "$folder/modules"
  pack_initramfs "$folder/guest" "$folder/initramfs"
  tcg_thread=multi boot_arm64_image "$kernel/arch/arm64/boot/Image" "$folder/initramfs" "$folder/console" 900 \
    kunit.enable=1 scenarios=kunit,pair,calls,restart bytes=20000 calls=2000 rounds=4 || true
  judge_console arm64-debug "$folder/console"
}

# run_soak FOLDER ROUND: a quarter of the 5,000 faults.
run_soak() {
  run_um_kernel um-soak um-debug.config "$1" 14400 scenarios=states faults=1250 "round=$2" seconds=14000
}

run_um_soak_1() {
  run_soak "$1" 0
}

run_um_soak_2() {
  run_soak "$1" 3
}

run_um_soak_3() {
  run_soak "$1" 6
}

run_um_soak_4() {
  run_soak "$1" 9
}

# run_bulk FOLDER BYTES: this many bytes each way, on the kernel without checks.
run_bulk() {
  run_um_kernel um-plain um-plain.config "$1" 14400 scenarios=bulk "bytes=$2" seconds=14000
}

run_um_plain() {
  run_bulk "$1" $((32 << 20))
}

run_um_plain_soak() {
  run_bulk "$1" $((512 << 20))
}
