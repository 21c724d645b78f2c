# Builds the kernels that Debian does not have: with checks, and for User Mode Linux.
# shellcheck shell=bash disable=SC2154 # run sets here

make_quietly() {
  local log=$1 seconds=$2
  shift 2
  if ! timeout "$seconds" make -j2 "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "build failed, see $log"
  fi
}

# A build folder's name has the source's version and a hash of the configuration and of the
# changes to the source.
debug_kernel_folder() {
  local source=$1 config=$2
  printf '%s/built/%s-%s-%s\n' "$(cache_dir)" "$(basename "$source")" \
    "$(basename "$config" .config)" "$(cat "$config" "$here/lab/patch.sh" | sha256sum | head -c 12)"
}

# build_kernel SERIES CONFIG TARGETS VARIABLES...: prints the folder of a kernel with
# these options and no others.
build_kernel() {
  local source config=$2 targets=$3 final
  source=$(fetch_source "$1")
  shift 3
  final=$(debug_kernel_folder "$source" "$config")
  if [[ ! -e "$final/complete" ]]; then
    say "building $(basename "$final") (about six minutes)"
    mkdir -p "$final"
    patch_source "$source"
    make_quietly "$final/log" 300 -C "$source" O="$final" "$@" \
      KCONFIG_ALLCONFIG="$config" allnoconfig
    # shellcheck disable=SC2086 # several words
    make_quietly "$final/log" 3600 -C "$source" O="$final" "$@" $targets
    touch "$final/complete"
  fi
  printf '%s\n' "$final"
}

build_um() {
  build_kernel "$1" "$2" "vmlinux modules" ARCH=um
}

build_arm64() {
  build_kernel "$1" "$2" "Image modules" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-
}
