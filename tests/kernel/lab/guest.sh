# The folder a guest runs from: busybox, modules, the exercise program and the
# scenarios. QEMU gets it as an initramfs, User Mode Linux straight from the host.
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

# pi-ring itself with its libraries, where the guest's processor is this one's.
copy_program() {
	local folder=$1 program=$project/build/release/userspace/pi-ring library
	"$project/tools/build" release pi-ring >&2
	mkdir -p "$folder/lib"
	cp "$program" "$folder/pi-ring"
	for library in $(ldd "$program" | grep -o '/[^ ]*'); do
		cp -L "$library" "$folder/lib"
	done
}

# A text to be written: a model, and what it writes after a prompt; and one to train on.
copy_text() {
	local folder=$1/text program=$project/build/release/userspace/pi-ring data=$project/../shared/data
	mkdir -p "$folder"
	if [ -e "$data/stories260K.bin" ]; then
		"$program" import "$data/stories260K.bin" --tokenizer "$data/tok512.bin" -o "$folder/model"
		cp "$data/stories260K.greedy200.txt" "$folder/expected"
		printf 200 >"$folder/tokens"
		: >"$folder/prompt"
	else
		cp -r "$project/model/demo" "$folder/model"
		printf 100 >"$folder/tokens"
		printf 'Once upon a time' >"$folder/prompt"
		"$program" generate --model "$folder/model" --ranks 4 --temperature 0 -n 100 "Once upon a time" \
			>"$folder/expected"
	fi
	"$project/tools/stories" --seed 1 --count 100 >"$folder/data"
}

# make_guest FOLDER ARCH MODULES: everything but the kernel.
make_guest() {
	local folder=$1 arch=$2 modules=$3
	rm -rf "$folder"
	mkdir -p "$folder/modules"
	cp "$(fetch_busybox "$arch")" "$folder/busybox"
	link_applets "$folder/bin"
	find "$modules" -name '*.ko' -exec cp -t "$folder/modules" {} +
	cp -r "$here"/guest/{init,play.sh,scenarios} "$folder"
	build_exercise "$arch" "$folder"
	[ "$arch" != "$(dpkg --print-architecture)" ] || {
		copy_program "$folder"
		copy_text "$folder"
	}
}

pack_initramfs() {
	local folder=$1 image=$2 root
	root=$(mktemp -d)
	mkdir -p "$root"/{proc,sys,dev}
	cp -a "$folder" "$root/lab"
	(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$image"
	rm -r "$root"
}
