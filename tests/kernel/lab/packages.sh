# The host programs the lab needs, in one place, and their installation.
# shellcheck shell=bash

# shellcheck disable=SC2034
lab_packages=(
	bc bison busybox-static cpio device-tree-compiler flex gcc
	gcc-aarch64-linux-gnu kmod libc6-dev libc6-dev-arm64-cross libelf-dev
	libssl-dev make perl python3 qemu-system-arm qemu-system-x86 xz-utils
)

# shellcheck disable=SC2034
check_packages=(coccinelle dt-schema shellcheck sparse)

missing_packages() {
	local package
	for package in "$@"; do
		dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null |
			grep -q '^ii' || printf '%s\n' "$package"
	done
}

install_packages() {
	local missing sudo=()
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -eq 0 ] && return
	[ "$(id -u)" -eq 0 ] || sudo=(sudo)
	say "installing: ${missing[*]}"
	timeout 300 "${sudo[@]}" apt-get update -qq
	timeout 1200 "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -qq -y --no-install-recommends "${missing[@]}" >&2
}
