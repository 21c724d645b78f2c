# Two guests and one link: streams, wires that break, restarts, and power cuts.
# shellcheck shell=bash disable=SC2154 # run and guests.sh set the rest

# An end polls for half of the usual time only: the host may give the other guest no processor
# now.
guest_parameters=(seconds=7200 module_parameters=spin_us=50)

# start_pair SCENARIO PARAMETERS...: the guest "down" powers off with its driver loaded.
start_pair() {
  local scenario=$1
  shift
  start_guest down down:0 "scenarios=$scenario" keep=1 "$@"
  start_guest up up:0 "scenarios=$scenario" "$@"
}

# run_phase NAME: a stream each way.
run_phase() {
  await_told "ready.$1" down up
  tell "$1"
  await_told "done.$1" down up
  say "guests: stream $1 is through"
}

# run_streams BYTES FAULTY_BYTES: pair and faults.
run_streams() {
  start_pair half_stream "phases=clean:$1,late:$1,flipped:$2" "${guest_parameters[@]}"
  run_phase clean
  set_wires lose_masked 1
  set_wires delay_ns 500
  set_wires skew_ns 2000
  run_phase late
  set_wires delay_ns 0
  set_wires skew_ns 0
  set_wires bit_error_ppm 100
  run_phase flipped
  tell stop
  await_end down up
  set_wires bit_error_ppm 0
  expect_nothing_driven down
  judge_guests
  pass_guests streams "$1 bytes each way on clean wires, $1 with delays, skew and lost interrupts, $2 with bit errors: 0 wrong, 0 fights"
}

# expect_nothing_driven NAME: a Pi's lines stay as they are when it is halted.
expect_nothing_driven() {
  local driven
  driven=$(shared_wires driven "${wires_files[0]}" "$1")
  [[ $driven == 0 ]] || fail_guests "$1 was switched off and still drives $driven wires"
}

# has_received NAME BEFORE: another number of bytes, which it sets received to. The number
# begins at 0 after a restart. The guest may be writing it now.
has_received() {
  local now=
  read -r now 2>/dev/null <"$guests/told/$1.report" || return
  received=$now
  [[ $received != "$2" ]]
}

# await_traffic REASON: waits until both ends have received more bytes.
await_traffic() {
  local name received=
  for name in down up; do
    await "$name" "report $1" has_received "$name" ""
    await "$name" "traffic $1" has_received "$name" "$received"
  done
}

# sleep_at_most SECONDS: for a random time.
sleep_at_most() {
  sleep "$(awk -v random=$RANDOM -v most="$1" 'BEGIN { print random / 32768 * most }')"
}

random_end() {
  ((RANDOM % 2)) && echo down || echo up
}

cut_wire() {
  local wire=$((RANDOM % 10))
  set_wires open $((1 << wire))
  sleep_at_most 3
  set_wires open 0
  await_traffic "after wire $wire was cut"
}

restart_driver() {
  local name
  name=$(random_end)
  tell "$name.restart"
  await "$name" restart test ! -e "$guests/told/$name.restart"
  await_traffic "after a restart of $name"
}

# boot_survivor NAME [LINK [PARAMETERS...]]
boot_survivor() {
  start_guest "$1" "$1:${2:-0}" scenarios=half_survive "${guest_parameters[@]}" "${@:3}"
}

# try_power_cut NUMBER: every fourth falls into the boot or the recovery after another one,
# so that is cut off too. Sets two times in hundredths of a second, both from the load of the
# killed guest's driver until bytes flow both ways: the boot before that is its kernel's, not
# the link's. clock is by the clock, took without the time in which guests waited for the host.
try_power_cut() {
  local name waited before
  name=$(random_end)
  sleep_at_most 1
  cut_power "$name"
  boot_survivor "$name"
  if (($1 % 4 == 0)); then
    sleep_at_most 2
    cut_power "$name"
    boot_survivor "$name"
  fi
  await_told loads "$name"
  look_at_waits down up
  before=$waited
  await_told flows "$name"
  look_at_waits down up
  clock=$(<"$guests/told/$name.flows")
  took=$((clock - (waited - before)))
  await_traffic "after power cut $1, of $name"
}

# cut_powers COUNT: sets clocks.
cut_powers() {
  local count clock took
  clocks=()
  for ((count = 1; count <= $1; count++)); do
    try_power_cut $count
    clocks+=("$clock")
    ((took <= 500)) || fail_guests "power cut $count: no bytes for $((took * 10)) ms"
    ((count % 10)) || say "guests: $count of $1 power cuts, no bytes $(spread_of "${clocks[@]}")"
  done
}

# spread_of HUNDREDTHS...: of a second
spread_of() {
  printf '%s\n' "$@" | sort -n | awk '
    { ms[NR] = 10 * $1; late += $1 > 500 }
    END {
      printf "for %d ms in the median, %d ms at 99 %%, %d ms at most, %d times for more than 5 s",
        ms[int((NR + 1) / 2)], ms[int((99 * NR + 99) / 100)], ms[NR], late
    }'
}

# run_survivors CUT_WIRES RESTARTS POWER_CUTS
run_survivors() {
  local count clocks
  boot_survivor down
  boot_survivor up
  await_told flows down up
  for ((count = 0; count < $1; count++)); do cut_wire; done
  say "guests: $1 wires were cut"
  for ((count = 0; count < $2; count++)); do restart_driver; done
  say "guests: $2 drivers were restarted"
  cut_powers "$3"
  tell stop
  await_told ended down up
  tell off
  await_end down up
  judge_guests
  pass_guests survivors "$1 wires cut, $2 drivers restarted, 0 wrong, 0 fights; $3 guests killed: by the clock, from the load of the driver, no bytes $(spread_of "${clocks[@]}")"
}

run_guests_streams() {
  prepare_guests "$1" 1
  run_streams 20000 $((1 << 20))
}

run_guests_streams_long() {
  guest_patience_s=7200
  prepare_guests "$1" 1
  run_streams 100000 $((16 << 20))
}

run_guests_survivors() {
  prepare_guests "$1" 1
  run_survivors 3 4 5
}

run_guests_survivors_long() {
  prepare_guests "$1" 1
  run_survivors 30 50 200
}
