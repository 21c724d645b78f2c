# Stock Debian kernels, headers and kernel source, unpacked into the cache.
# shellcheck shell=bash

# image_package RELEASE ARCH: the image is signed where firmware may check that, and the
# package without a signature has no others beside it.
image_package() {
  case $2 in
  amd64 | arm64) printf 'linux-image-%s-unsigned\n' "$1" ;;
  *) printf 'linux-image-%s\n' "$1" ;;
  esac
}

# newest_kernel SERIES FLAVOUR ARCH: prints the newest release, as its image package names
# it ("6.12.74+deb12-amd64").
newest_kernel() {
  local series=${1//./\\.} name
  name=$(image_package "($series\.[0-9]+(-[0-9]+|\+[a-z0-9]+)-$2)" "$3")
  private_apt apt-cache search --names-only "^linux-image-$series\." |
    sed -nE "s/^$name .*/\1/p" | sort -uV | tail -n 1
}

# The package of a release's host tools has the release's name from 6.12 on, and the name of
# its series before that.
kbuild_package() {
  local base=$1 series=$2
  if [[ -n "$(private_apt apt-cache search --names-only "^linux-kbuild-$base\$")" ]]; then
    printf 'linux-kbuild-%s:amd64\n' "$base"
  else
    printf 'linux-kbuild-%s:amd64\n' "$series"
  fi
}

unpack_packages() {
  local into=$1 package
  mkdir -p "$into/debs"
  (cd "$into/debs" && private_apt apt-get download -qq "${@:2}" >&2)
  for package in "$into"/debs/*.deb; do
    dpkg-deb -x "$package" "$into"
  done
  rm -r "$into/debs"
}

# Debian's header Makefile includes its common part by an absolute path, which becomes one
# inside the unpacked folder.
relocate_headers() {
  local root=$1 headers
  for headers in "$root"/usr/src/linux-headers-*/Makefile; do
    sed -i "s,^include /usr/src,include $2/usr/src," "$headers"
  done
}

# fetch_kernel SERIES FLAVOUR [ARCH]: prints the folder that holds the image, modules and
# headers of the newest such kernel. Most flavours ("amd64", "rt-amd64") end in their ARCH.
fetch_kernel() {
  local series=$1 flavour=$2 arch=${3:-${2##*-}} release base final common
  release=$(newest_kernel "$series" "$flavour" "$arch")
  [[ -n "$release" ]] || die "no $flavour kernel of series $series in the lists"
  final=$(cache_dir)/debian/$release
  base=${release%-"$flavour"}
  common=linux-headers-$base-common
  case $flavour in rt-*) common+=-rt ;; esac
  if [[ ! -e "$final/release" ]]; then
    say "fetching kernel $release"
    rm -rf "$final.part"
    unpack_packages "$final.part" "$(image_package "$release" "$arch"):$arch" \
      "linux-headers-$release:$arch" "$common" "$(kbuild_package "$base" "$series")"
    relocate_headers "$final.part" "$final"
    printf '%s\n' "$release" >"$final.part/release"
    publish_folder "$final.part" "$final"
  fi
  printf '%s\n' "$final"
}

fetch_busybox() {
  local arch=$1 final
  final=$(cache_dir)/busybox/$arch
  if [[ ! -e "$final/bin/busybox" ]]; then
    rm -rf "$final.part"
    unpack_packages "$final.part" "busybox-static:$arch"
    publish_folder "$final.part" "$final"
  fi
  printf '%s\n' "$final/bin/busybox"
}

# newest_source SERIES: prints the Debian version of its newest source.
newest_source() {
  local version
  version=$(private_apt apt-cache policy "linux-source-$1" | sed -n 's/^ *Candidate: //p')
  [[ -n "$version" && "$version" != "(none)" ]] || die "no linux-source-$1 in the lists"
  printf '%s\n' "$version"
}

# unpack_source SERIES INTO TAR-OPTIONS...: unpacks the source, or a part of it.
unpack_source() {
  local series=$1 into=$2
  shift 2
  rm -rf "$into" "$into.part"
  unpack_packages "$into.part" "linux-source-$series"
  mkdir -p "$into"
  tar -xf "$into.part/usr/src/linux-source-$series.tar.xz" -C "$into" --strip-components=1 "$@"
  rm -r "$into.part"
}

# fetch_scripts SERIES: prints a folder with the source's scripts, such as checkpatch.
fetch_scripts() {
  local version final
  version=$(newest_source "$1")
  final=$(cache_dir)/scripts/$version
  if [[ ! -e "$final/scripts" ]]; then
    say "fetching the scripts of kernel source $version"
    unpack_source "$1" "$final.tree" "linux-source-$1/scripts"
    publish_folder "$final.tree" "$final"
  fi
  printf '%s\n' "$final"
}
