# The folder in which fetched and built kernels are kept between runs, and messages.
# shellcheck shell=bash

cache_dir() {
  printf '%s\n' "${PI_RING_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pi-ring}/kernel"
}

say() {
  printf 'kernel-lab: %s\n' "$*" >&2
}

die() {
  say "$*"
  exit 1
}

# publish_folder MADE FINAL: renames a finished build or download, so that an interrupted
# one never looks complete.
publish_folder() {
  local made=$1 final=$2
  rm -rf "$final"
  mkdir -p "$(dirname "$final")"
  mv "$made" "$final"
}
