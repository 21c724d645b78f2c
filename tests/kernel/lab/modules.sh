# Builds the project's modules for a kernel, out of tree, with every warning on.
# shellcheck shell=bash disable=SC2154 # run sets project

# The build must leave no files among the sources: it has a copy of its own.
build_modules() {
	local into=$1
	shift
	mkdir -p "$into"
	cp -ru "$project/kmod/." "$into"
	make_quietly "$into/log" 1800 M="$into" WIRE=1 W=1 "$@" modules
	if grep -nE 'warning:|Warning' "$into/log" >&2; then
		die "the modules build with warnings, see $into/log"
	fi
}

# build_modules_debian KERNEL ARCH INTO VARIABLES...: for an unpacked stock kernel. Its
# headers name no vmlinux to take BTF from.
build_modules_debian() {
	local kernel=$1 arch=$2 into=$3 cross=()
	shift 3
	[ "$arch" != arm64 ] || cross=(ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-)
	build_modules "$into" -C "$kernel/usr/src/linux-headers-$(cat "$kernel/release")" \
		CONFIG_DEBUG_INFO_BTF_MODULES= "${cross[@]}" "$@"
}

# KUnit's suites are in the module where the kernel has KUnit.
build_modules_um() {
	local kunit=
	grep -q '^CONFIG_KUNIT=y' "$1/.config" && kunit=y
	build_modules "$2" -C "$1" ARCH=um KUNIT=$kunit
}
