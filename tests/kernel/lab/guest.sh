# Makes the folder that a guest runs from: busybox, modules, the exercise program and the
# scenarios. QEMU gets it as an initramfs; User Mode Linux reads it from the host.
# shellcheck shell=bash disable=SC2154 # run sets here and project

compiler_for() {
  case $1 in
  arm64) printf 'aarch64-linux-gnu-gcc\n' ;;
  *) printf 'gcc\n' ;;
  esac
}

build_exercise() {
  local arch=$1 into=$2
  "$(compiler_for "$arch")" -std=gnu11 -O2 -Wall -Wextra -Werror -static -pthread \
    -I"$project/kmod/uapi" -o "$into/exercise" "$here"/guest/exercise/*.c
}

link_applets() {
  local bin=$1 applet
  mkdir -p "$bin"
  for applet in $(busybox --list); do
    ln -sf ../busybox "$bin/$applet"
  done
}

# make_guest FOLDER ARCH MODULES: everything but the kernel. pi-ring is left out if it would
# have to be built for another processor.
make_guest() {
  local folder=$1 arch=$2 modules=$3
  rm -rf "$folder"
  mkdir -p "$folder/modules"
  cp "$(fetch_busybox "$arch")" "$folder/busybox"
  link_applets "$folder/bin"
  find "$modules" -name '*.ko' -exec cp -t "$folder/modules" {} +
  cp -r "$here"/guest/{init,play.sh,scenarios} "$folder"
  build_exercise "$arch" "$folder"
  [[ "$arch" != "$(dpkg --print-architecture)" ]] || copy_program "$folder" "$arch"
}

pack_initramfs() {
  local folder=$1 image=$2 root
  root=$(mktemp -d)
  mkdir -p "$root"/{proc,sys,dev}
  cp -a "$folder" "$root/lab"
  (cd "$root" && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$image"
  rm -r "$root"
}
