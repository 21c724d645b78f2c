# Two guests and one link: streams each way, also over faulty wires.
# shellcheck shell=bash disable=SC2154 # run and guests.sh set the rest

# An end polls for a short time only: the host may give the other guest no processor now.
guest_parameters=(seconds=7200 module_parameters=spin_us=10)

# start_pair SCENARIO PARAMETERS...
start_pair() {
  local scenario=$1
  shift
  start_guest down down:0 "scenarios=$scenario" "$@"
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
  judge_guests
  pass_guests streams "$1 bytes each way on clean wires, $1 with delays, skew and lost interrupts, $2 with bit errors: 0 wrong, 0 fights"
}

run_guests_pair() {
  prepare_guests "$1" 1
  run_streams 200000 1000000
}
