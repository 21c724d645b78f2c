# One guest of several that are joined by wires. It and the host tell each other how far
# they are by files in a folder of the host. Sourced after modules.sh.
# shellcheck shell=sh disable=SC2154 # told, name come from the kernel command line, lab from the environment

mkdir -p /dev/told
mount -t hostfs none /dev/told -o "$told"

# tell WHAT [TEXT]: the host sees the file only when it is whole.
tell() {
  echo "${2:-}" >"/dev/told/$name.part"
  mv "/dev/told/$name.part" "/dev/told/$name.$1"
}

# await_host WHAT
await_host() {
  until [ -e "/dev/told/$1" ]; do usleep 50000; done
}
