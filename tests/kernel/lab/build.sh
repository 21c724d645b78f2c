# Builds the kernels that Debian does not have: with checks, and for User Mode Linux. The
# cache keeps what boots and what modules are built with, and none of the source.
# shellcheck shell=bash disable=SC2154 # run sets here and project

# shellcheck source=tools/progress
source "$project/tools/progress"

# In the foreground, so that Ctrl-C reaches make.
make_quietly() {
  local log=$1 seconds=$2
  shift 2
  if ! timeout --foreground "$seconds" make -j"$(nproc)" "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "build failed, see $log"
  fi
}

# The end of a built kernel's name: its configuration, and a hash of that and of the changes
# to the source.
kernel_name() {
  printf '%s-%s\n' "$(basename "$1" .config)" \
    "$(cat "$1" "$here/lab/patch.sh" | sha256sum | head -c 12)"
}

# built_kernel CONFIG: prints the folder of the newest kernel that was built with this
# configuration; fails if there is none.
built_kernel() {
  local name
  name=$(kernel_name "$1")
  find "$(cache_dir)/built" -path "*-$name/complete" -printf '%h\n' 2>/dev/null | sort -V | tail -n 1 | grep .
}

# build_kernel SERIES CONFIG TARGETS VARIABLES...: prints the folder of a kernel with
# these options and no others.
build_kernel() {
  local version final
  version=$(newest_source "$1")
  final=$(cache_dir)/built/$version-$(kernel_name "$2")
  mkdir -p "$(dirname "$final")"
  {
    flock 7 # two runs may need the same kernel
    if [[ ! -e "$final/complete" ]]; then
      [[ -e "$final.source" ]] ||
        show_work "fetching kernel source $version" /dev/null fetch_source "$1" "$final.source"
      show_work "building $(basename "$final")" "$final.log" make_kernel "$final" "${@:2}"
    fi
  } 7>"$final.lock"
  printf '%s\n' "$final"
}

# show_work TITLE LOG COMMAND...: with its progress on standard error. Unlike with
# with_progress, this shell ends where the command fails.
show_work() {
  local title="kernel-lab: $1 " begun=$SECONDS running
  printf '%s' "$title" >&2
  exec {running}> >(show_progress "$title" "  " "$2" >&2)
  "${@:3}" {running}>&- >&2
  exec {running}>&-
  wait $!
  printf 'done in %s\n' "$(minutes $((SECONDS - begun)))" >&2
}

# fetch_source SERIES INTO: without most of what is for hardware that no guest has; of
# that the Kconfig files are read.
fetch_source() {
  local part excluded=()
  for part in drivers/{accel,gpu/drm,infiniband,media,net/ethernet,net/wireless,staging} sound Documentation tools/testing; do
    excluded+=("--exclude=linux-source-$1/$part/*.[chS]" "--exclude=linux-source-$1/$part/*.rst")
  done
  unpack_source "$1" "$2.tree" --wildcards "${excluded[@]}"
  publish_folder "$2.tree" "$2"
}

# make_kernel FINAL CONFIG TARGETS VARIABLES...: from the source FINAL.source, which goes. A
# build that was interrupted goes on where it was.
make_kernel() {
  local final=$1 config=$2 targets=$3 made=$1.made
  shift 3
  patch_source "$final.source"
  make_quietly "$final.log" 1800 -C "$final.source" O="$made" "$@" \
    KCONFIG_ALLCONFIG="$config" allnoconfig
  # shellcheck disable=SC2086 # several words
  make_quietly "$final.log" 10800 -C "$final.source" O="$made" "$@" $targets
  keep_kernel "$made" "$final.source" "$final.part" "$final"
  publish_folder "$final.part" "$final"
  rm -rf "$made" "$final.source"
}

# keep_kernel MADE SOURCE INTO FINAL: the kernel, and the headers, makefiles and scripts
# with which modules are built. FINAL is where the folder will be.
keep_kernel() {
  local made=$1 source=$2 into=$3 final=$4
  rm -rf "$into"
  mkdir -p "$into/source"
  (cd "$made" && files_of_kernel | cpio --quiet -pdm "$into")
  (cd "$source" && files_of_source | cpio --quiet -pdm "$into/source")
  printf 'include %s/source/Makefile\n' "$final" >"$into/Makefile"
  touch "$into/complete"
}

files_of_kernel() {
  find . -maxdepth 1 \( -name .config -o -name Module.symvers -o -name vmlinux \)
  find arch \( -name Image -o -name bzImage \)
  find include arch/*/include scripts -not -name '*.o' -not -name '*.cmd'
  [[ ! -e tools ]] || find tools -type f -perm -u+x  # objtool
}

files_of_source() {
  printf 'Makefile\n'
  find include scripts
  find arch/{um,x86,arm64} \( -name 'Makefile*' -o -name 'Kbuild*' -o -name '*.h' -o -name '*.sh' \)
}

build_um() {
  build_kernel "$1" "$2" "vmlinux modules" ARCH=um
}

build_arm64() {
  build_kernel "$1" "$2" "Image modules" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-
}
