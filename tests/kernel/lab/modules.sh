# Builds the project's modules for a kernel, out of tree, with all warnings.
# shellcheck shell=bash disable=SC2154 # run sets project

# build_modules INTO VARIABLES...: builds a copy of the sources, as the build leaves files
# among them.
build_modules() {
  build_targets "$@" modules
}

# build_targets INTO VARIABLES-AND-TARGETS...
build_targets() {
  local into=$1
  shift
  mkdir -p "$into"
  cp -ru "$project/kmod/." "$into"
  make_quietly "$into/log" 1800 M="$into" SIM=1 W=1 "$@"
  if grep -nE 'warning:|Warning' "$into/log" >&2; then
    die "the modules build with warnings, see $into/log"
  fi
}

# cross_variables ARCH: what make needs to build for an architecture of Debian's, one a line.
cross_variables() {
  case $1 in
  arm64) printf '%s\n' ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- ;;
  armel) printf '%s\n' ARCH=arm CROSS_COMPILE=arm-linux-gnueabi- ;;
  armhf) printf '%s\n' ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf- ;;
  esac
}

# build_modules_debian KERNEL ARCH INTO VARIABLES...: for an unpacked stock kernel. BTF is
# off, as its headers come without a vmlinux.
build_modules_debian() {
  local kernel=$1 arch=$2 into=$3 cross
  shift 3
  mapfile -t cross < <(cross_variables "$arch")
  build_modules "$into" -C "$kernel/usr/src/linux-headers-$(cat "$kernel/release")" \
    CONFIG_DEBUG_INFO_BTF_MODULES= "${cross[@]}" "$@"
}

# build_objects_debian KERNEL ARCH INTO: compiles all that the modules are made of, and finds
# each symbol that they use among those of the kernel. That is for 32-bit kernels: the last
# step, modpost, is a program of the host's, and that of a 64-bit host reads the tables of
# devices with pointers of its own size. A 64-bit division is such a symbol, and is missing.
build_objects_debian() {
  local kernel=$1 arch=$2 into=$3 cross nm
  mapfile -t cross < <(cross_variables "$arch")
  build_targets "$into" -C "$kernel/usr/src/linux-headers-$(cat "$kernel/release")" \
    "${cross[@]}" pi_ring.o sim/pi_ring_sim.o
  nm=${cross[1]#CROSS_COMPILE=}nm
  "$nm" -u "$into/pi_ring.o" "$into/sim/pi_ring_sim.o" | sed -n 's/^ *U //p' | sort -u >"$into/wanted"
  { cut -f2 "$kernel"/usr/src/linux-headers-*/Module.symvers && echo __this_module; } | sort -u >"$into/known"
  [[ -s "$into/wanted" ]] || die "the modules use no symbol"
  comm -23 "$into/wanted" "$into/known" >"$into/missing"
  [[ ! -s "$into/missing" ]] || die "the kernel lacks $(tr '\n' ' ' <"$into/missing")"
}

# The module contains KUnit's suites if the kernel has KUnit.
build_modules_um() {
  local kunit=
  grep -q '^CONFIG_KUNIT=y' "$1/.config" && kunit=y
  build_modules "$2" -C "$1" ARCH=um KUNIT=$kunit
}
