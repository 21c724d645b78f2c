# Where fetched and built kernels are kept between runs, and how the lab reports.
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

# A build or download is published by renaming its folder, so that an
# interrupted one never looks complete.
publish_folder() {
	local made=$1 final=$2
	rm -rf "$final"
	mkdir -p "$(dirname "$final")"
	mv "$made" "$final"
}
