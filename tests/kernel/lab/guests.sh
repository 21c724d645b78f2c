# Guests that run at the same time, each with a driver of its own, joined by wires that
# are files which two of them map. A guest and this script tell each other how far they
# are by files in the folder "told".
# shellcheck shell=bash disable=SC2154 # run sets here, project and work

declare -A guest_process guest_boots guest_ends

# How long a guest may take for one step. It only ends what hangs.
guest_patience_s=600

# prepare_guests FOLDER LINKS: sets up everything that the functions below use.
prepare_guests() {
  guests=$1
  prepare_um um-debug.config "$guests"
  rm -rf "$guests"/{told,uml,console.*,wires-*}
  mkdir -p "$guests"/{told,uml}
  gcc -std=gnu11 -O2 -Wall -Wextra -Werror -I"$project/kmod/sim" -o "$guests/shared-wires" \
    "$here/host/shared_wires.c"
  wires_files=()
  local link
  for ((link = 0; link < $2; link++)); do
    wires_files+=("$guests/wires-$link")
    shared_wires create "$guests/wires-$link"
  done
  trap end_guests EXIT
  trap 'exit 130' INT TERM
  shared_wires watch "${wires_files[@]}" &
}

shared_wires() {
  "$guests/shared-wires" "$@"
}

# set_wires FAULT VALUE: of all links.
set_wires() {
  local file
  for file in "${wires_files[@]}"; do
    shared_wires set "$file" "$@"
  done
}

# start_guest NAME "END:LINK..." PARAMETERS...: END is down or up, LINK a number.
start_guest() {
  local name=$1 end iomem=()
  guest_ends[$name]=$2
  guest_boots[$name]=$((${guest_boots[$name]:-0} + 1))
  for end in $2; do
    iomem+=("iomem=pi-ring-${end%:*},$guests/wires-${end#*:}")
  done
  {
    keep_apart "$name"
    exec_um "$kernel" "$guests/guest" "$guests/console.$name.${guest_boots[$name]}" 14400 \
      "uml_dir=$guests/uml/" "told=$guests/told" "name=$name" "${iomem[@]}" "${@:3}"
  } &
  guest_process[$name]=$!
}

# keep_apart NAME: two ends on one processor would need a time slice of the host for each
# move of a byte. A host with one processor, or that forbids it, runs them where it likes.
keep_apart() {
  case $1 in
  down) taskset -cp 0 $BASHPID ;;
  up) taskset -cp 1 $BASHPID ;;
  esac >/dev/null 2>&1 || true
}

# kill_guest NAME: the kernel, which is timeout's child, and its processes are one group,
# which dies at once. A process that outlived its kernel would run on the host.
kill_guest() {
  local kernel
  kernel=$(children_of "${guest_process[$1]}")
  if [[ -n $kernel ]]; then
    kill -KILL -- "-$kernel" 2>/dev/null || kill -KILL "$kernel" 2>/dev/null || true
  fi
  wait "${guest_process[$1]}" 2>/dev/null || true
}

children_of() {
  local children=
  read -r children 2>/dev/null <"/proc/$1/task/$1/children" || true
  printf '%s' "$children"
}

# look_at_waits NAME...: sets waited, the hundredths of a second in which the processes that
# these guests have now could run, but waited for a processor of the host.
look_at_waits() {
  local name kernel process ns
  waited=0
  for name in "$@"; do
    kernel=$(children_of "${guest_process[$name]}")
    for process in $kernel $(children_of "$kernel"); do
      read -r _ ns _ 2>/dev/null <"/proc/$process/schedstat" || ns=0
      waited=$((waited + ns / 10000000))
    done
  done
}

# The wires keep what the guest drove last until its power is off too.
cut_power() {
  local name=$1 end
  kill_guest "$name"
  for end in ${guest_ends[$name]}; do
    shared_wires off "$guests/wires-${end#*:}" "${end%:*}"
  done
  unset "guest_process[$name]"
  rm -f "$guests/told/$name".*
}

end_guests() {
  local name
  for name in "${!guest_process[@]}"; do
    kill_guest "$name"
  done
  end_descendants
}

# tell WHAT: to all guests.
tell() {
  : >"$guests/told/$1"
}

# guest_runs NAME
guest_runs() {
  kill -0 "${guest_process[$1]}" 2>/dev/null
}

# await NAME WHAT COMMAND...: waits until the command succeeds, which depends on this guest.
await() {
  local name=$1 what=$2 until=$((SECONDS + guest_patience_s))
  shift 2
  until "$@"; do
    guest_runs "$name" || fail_guests "guest $name ended: no $what"
    ((SECONDS < until)) || fail_guests "guest $name: no $what in $guest_patience_s s"
    sleep 0.02
  done
}

# await_told WHAT NAME...: waits until each of these guests has said so.
await_told() {
  local name
  for name in "${@:2}"; do
    await "$name" "$1" test -e "$guests/told/$name.$1"
  done
}

# await_end NAME...: waits until these guests have powered off by themselves.
await_end() {
  local name until=$((SECONDS + guest_patience_s))
  for name in "$@"; do
    while guest_runs "$name"; do
      ((SECONDS < until)) || fail_guests "guest $name did not end"
      sleep 0.2
    done
    { wait "${guest_process[$name]}" || true; } 2>/dev/null  # it may abort at power-off
    unset "guest_process[$name]"
  done
}

# fail_guests REASON: ends this boot, and shows what the guests said last.
fail_guests() {
  local name
  for name in "${!guest_boots[@]}"; do
    tail -n 15 "$guests/console.$name.${guest_boots[$name]}" | sed "s/^/$name: /" >&2
  done
  printf '%-18s fail: %s\n' guests "$1"
  exit 1
}

expect_no_fight_between_guests() {
  local fights
  fights=$(shared_wires fights "${wires_files[@]}")
  [[ $fights == 0 ]] || fail_guests "$fights fights"
}

# judge_guest NAME: none of its boots' kernels complained, and its last boot passed.
judge_guest() {
  local boot log=
  for ((boot = 1; boot <= guest_boots[$1]; boot++)); do
    log=$guests/console.$1.$boot
    if grep -q 'LAB-RESULT fail' "$log"; then fail_guests "guest $1, see $log"; fi
    if ! find_complaints "$log"; then
      cat "$log.complaints" >&2
      fail_guests "the kernel complained, see $log"
    fi
  done
  grep -q 'LAB-RESULT pass' "$log.text" || fail_guests "guest $1, see $log"
}

judge_guests() {
  local name
  for name in "${!guest_boots[@]}"; do
    judge_guest "$name"
  done
  expect_no_fight_between_guests
}

# pass_guests SCENARIO RESULT
pass_guests() {
  printf '%-18s pass %s %s\n' guests "$1" "$2"
}
