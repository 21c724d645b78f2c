# Builds the project's modules for a kernel, out of tree, with all warnings.
# shellcheck shell=bash disable=SC2154 # run sets project

# Builds a copy of the sources, as the build leaves files among them.
build_modules() {
  local into=$1
  shift
  mkdir -p "$into"
  cp -ru "$project/kmod/." "$into"
  make_quietly "$into/log" 1800 M="$into" SIM=1 W=1 "$@" modules
  if grep -nE 'warning:|Warning' "$into/log" >&2; then
    die "the modules build with warnings, see $into/log"
  fi
}

# build_modules_debian KERNEL ARCH INTO VARIABLES...: for an unpacked stock kernel. BTF is
# off, as its headers come without a vmlinux.
build_modules_debian() {
  local kernel=$1 arch=$2 into=$3 cross=()
  shift 3
  [[ "$arch" != arm64 ]] || cross=(ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-)
  build_modules "$into" -C "$kernel/usr/src/linux-headers-$(cat "$kernel/release")" \
    CONFIG_DEBUG_INFO_BTF_MODULES= "${cross[@]}" "$@"
}

# The module contains KUnit's suites if the kernel has KUnit.
build_modules_um() {
  local kunit=
  grep -q '^CONFIG_KUNIT=y' "$1/.config" && kunit=y
  build_modules "$2" -C "$1" ARCH=um KUNIT=$kunit
}
