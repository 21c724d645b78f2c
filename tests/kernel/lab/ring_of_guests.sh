# A ring of guests, with a rank in each. Link R joins rank R to the next one.
# shellcheck shell=bash disable=SC2154 # run and guests.sh set the rest

# Guests may have to share a processor, so an end polls for a tenth of the usual time only.
rank_parameters=(seconds=7200 module_parameters=spin_us=10)

# start_rank_guest RANK RANKS: the last one is the head.
start_rank_guest() {
  local rank=$1 ranks=$2 scenario=guest_rank
  ((rank < ranks - 1)) || scenario=guest_head
  start_guest "$rank" "down:$rank up:$(((rank + ranks - 1) % ranks))" \
    "scenarios=$scenario" "rank=$rank" "ranks=$ranks" "${rank_parameters[@]}"
}

# write_text NAME RANKS
write_text() {
  tell "$1"
  [[ $1 != killed ]] || kill_rank_amid_text "$2"
  await_told "done.$1" $(($2 - 1))
  say "guests: text $1 is right over $2 ranks"
}

kill_rank_amid_text() {
  local rank=$((RANDOM % ($1 - 1)))
  await_told half.killed $(($1 - 1))
  cut_power $rank
  start_rank_guest $rank "$1"
  await_told ready $rank
  say "guests: rank $rank was killed and booted again in the middle of the text"
}

# run_ring_of_guests RANKS
run_ring_of_guests() {
  local ranks=$1 rank names=()
  for ((rank = 0; rank < ranks; rank++)); do
    start_rank_guest $rank "$ranks"
    names+=("$rank")
  done
  await_told ready "${names[@]}"
  write_text clean "$ranks"
  write_text killed "$ranks"
  tell stop
  await_told ended "${names[@]}"
  tell off
  await_end "${names[@]}"
  judge_guests
  pass_guests ring "a text over $ranks guests, and again with one killed and booted in the middle: the text of shared memory, 0 fights"
}

run_guests_ring() {
  prepare_guests "$1" 3
  run_ring_of_guests 3
}
