# What tools/lab takes from this machine: checked, told and agreed to before it is taken.
# shellcheck shell=bash disable=SC2154 # tools/lab sets project

kernel_fetch_mb=190      # package lists, and the source
kernel_building_mb=1000  # the source and what is built from it
kernel_kept_mb=100
kernel_cpu_minutes=10
program_cpu_minutes=5

# check_host: ends where the guest cannot run, and says what does.
check_host() {
  case $(uname -m) in
  x86_64) ;;
  aarch64) refuse_arm64 ;;
  *) die "the guest is User Mode Linux, which needs an x86-64 processor; this is $(uname -m)" ;;
  esac
  if ! grep -qsE '^(ID=debian|ID_LIKE=.*debian)' /etc/os-release || ! command -v apt-get >/dev/null; then
    die "this is not Debian, from whose mirror the kernel's source comes"
  fi
}

refuse_arm64() {
  cat >&2 <<'END'
kernel-lab: the guest is User Mode Linux, which does not run on arm64. What does run here:
  tools/pi-ring generate --ranks 4 --stats "Once upon a time"   a ring of four over shared memory
  docs/hardware.md                                              the driver itself, if this is a Pi
docs/lab.svg is a recording of tools/lab --show.
END
  exit 1
}

# megabytes_of PACKAGE...: prints what apt would fetch for these, or nothing if it cannot tell.
megabytes_of() {
  apt-get --print-uris -qq --no-install-recommends install "$@" 2>/dev/null |
    awk '{ bytes += $3 } END { if (NR) printf "%d\n", bytes / 1e6 + 1 }'
}

# minutes_of CPU_MINUTES: on all processors of this machine.
minutes_of() {
  local processors
  processors=$(nproc)
  printf '%d\n' $((($1 + processors - 1) / processors))
}

# print_plan PURPOSES CONFIG: a line for each part that is missing; nothing if all is here.
print_plan() {
  plan_packages "$1"
  if ! built_kernel "$2" >/dev/null; then
    printf '  kernel    Linux 6.12: %d MB to fetch, %d MB of disk while it is built, %d MB after; about %d min\n' \
      $kernel_fetch_mb $kernel_building_mb $kernel_kept_mb "$(minutes_of $kernel_cpu_minutes)"
  fi
  if [[ ! -x "$(host_program)" ]]; then
    printf '  pi-ring   compiled: about %d min\n' "$(minutes_of $program_cpu_minutes)"
  fi
}

plan_packages() {
  local wanted missing fetched
  # shellcheck disable=SC2086 # several words
  mapfile -t wanted < <(wanted_for $1)
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  ((${#missing[@]} > 0)) || return 0
  fetched=$(megabytes_of "${missing[@]}") || fetched=
  printf '  packages  %s, from apt-get as root%s\n' "${missing[*]}" "${fetched:+: $fetched MB to fetch}"
}

check_disk() {
  local free
  mkdir -p "$(cache_dir)"
  free=$(df -BM --output=avail "$(cache_dir)" | tail -n 1)
  free=${free//[!0-9]/}
  ((free >= kernel_building_mb)) ||
    die "$(cache_dir) has only ${free} MB free; the kernel needs $kernel_building_mb MB while it is built"
}

# agree PURPOSES CONFIG YES: tells what is missing, and asks unless YES is set.
agree() {
  local plan answer
  plan=$(print_plan "$1" "$2")
  [[ -n $plan ]] || return 0
  [[ $plan != *'  kernel '* ]] || check_disk
  printf 'tools/lab needs, once:\n%s\nThe kernel goes to %s.\n' "$plan" "$(cache_dir)" >&2
  [[ -z $3 ]] || return 0
  [[ -t 0 && -t 2 ]] || die "there is no terminal to ask on; --yes agrees to this"
  read -r -p 'Go on? [Y/n] ' answer
  case $answer in
  "" | [Yy]*) ;;
  *) exit 1 ;;
  esac
}
