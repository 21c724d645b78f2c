# Copies pi-ring into a guest, with its libraries, a model, and the text that it must write.
# shellcheck shell=bash disable=SC2154 # run sets project

# What people run, unless a layer sets program_preset.
host_program() {
  printf '%s\n' "$project/build/${program_preset:-release}/userspace/pi-ring"
}

build_host_program() {
  "$project/tools/build" "${program_preset:-release}" pi-ring >&2
}

# Everything that a cross-built program is made from.
fingerprint_of_program() {
  local sysroot=$1
  (
    cd "$project" || exit
    printf '%s\n' "$sysroot"
    aarch64-linux-gnu-g++ -dumpfullversion
    find CMakeLists.txt CMakePresets.json kmod/{proto,uapi} model userspace tools/cross \
      -type f -not -path 'model/demo/*' -print0 | sort -z | xargs -0 sha256sum
  ) | sha256sum | head -c 12
}

# cross_program SYSROOT: prints the arm64 program, which is built again only if a source has
# changed. All checkouts share it.
cross_program() {
  local sysroot=$1 final
  final=$(cache_dir)/program/arm64-$(fingerprint_of_program "$sysroot")
  if [[ ! -e "$final/pi-ring" ]]; then
    "$project/tools/build" arm64 pi-ring >&2
    rm -rf "$(dirname "$final")" "$final.part"
    mkdir -p "$final.part"
    cp "$project/build/arm64/userspace/pi-ring" "$final.part"
    publish_folder "$final.part" "$final"
  fi
  printf '%s\n' "$final/pi-ring"
}

# copy_needed FILE FOLDER SYSROOT: copies the libraries that FILE needs, and those that they
# need. ldd cannot tell, as the file is for another processor.
copy_needed() {
  local file=$1 folder=$2 sysroot=$3 name library
  for name in $(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
    [[ ! -e "$folder/$name" ]] || continue
    library=$(find "$sysroot"/{usr/,}lib{/aarch64-linux-gnu,} -maxdepth 1 -name "$name" \
      2>/dev/null | head -n 1) || true
    [[ -n "$library" ]] || die "$file needs $name, which is not in $sysroot"
    cp -L "$library" "$folder/$name"
    copy_needed "$library" "$folder" "$sysroot"
  done
}

# copy_cross_program FOLDER: the loader comes with the libraries, as the C library needs it.
copy_cross_program() {
  local folder=$1 sysroot program
  need_packages cross
  sysroot=$("$project/tools/cross/sysroot")
  program=$(cross_program "$sysroot")
  mkdir -p "$folder/lib"
  cp "$program" "$folder/pi-ring"
  copy_needed "$program" "$folder/lib" "$sysroot"
}

copy_host_program() {
  local folder=$1 library
  build_host_program
  mkdir -p "$folder/lib"
  cp "$(host_program)" "$folder/pi-ring"
  for library in $(ldd "$(host_program)" | grep -o '/[^ ]*'); do
    cp -L "$library" "$folder/lib"
  done
}

# A model with a prompt and the text that must follow it, and a text to train on. This
# machine's own program makes them, for a guest with another processor too.
copy_text() {
  local folder=$1/text program data=$project/../shared/data
  program=$(host_program)
  build_host_program
  mkdir -p "$folder"
  if [[ -e "$data/stories260K.bin" ]]; then
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

story_seed=4

# The same with the project's own model, and the story that it writes from this seed.
copy_story() {
  local folder=$1/text
  mkdir -p "$folder"
  cp -r "$project/model/demo" "$folder/model"
  "$(host_program)" generate --model "$folder/model" --ranks 4 --seed $story_seed "Once upon a time" \
    >"$folder/expected" 2>/dev/null
  "$project/tools/stories" --seed 1 --count 100 >"$folder/data"
}

# copy_program FOLDER ARCH: the program, and a text: that of copy_text, unless text_of_guest
# names another function.
copy_program() {
  local folder=$1 arch=$2
  if [[ "$arch" == "$(dpkg --print-architecture)" ]]; then
    copy_host_program "$folder"
  else
    copy_cross_program "$folder"
  fi
  "${text_of_guest:-copy_text}" "$folder"
}
