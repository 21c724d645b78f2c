# A ring of `pi-ring rank` processes in one kernel, each with two devices of its own. The
# head is rank N-1. Sourced by the scenarios that write and train.
# shellcheck shell=sh disable=SC2154,SC2086 # lab and pi_ring come from modules.sh

# device up|down RANK: its path. Link R joins the downstream bank of rank R to rank R+1.
device() {
  number=$2
  [ "$1" = down ] || number=$((($2 + ranks - 1) % ranks))
  [ "$number" != 0 ] || number=
  echo "/dev/pi-ring-$1$number"
}

# start_rank RANK MODEL: with a ring.yaml, as on a Pi
start_rank() {
  cat >"/dev/ring-$1.yaml" <<END
# rank $1 of $ranks
model: $2
training-folder: /dev
rank: $1
ranks: $ranks
threads: 1
up: $(device up "$1")
down: $(device down "$1")
END
  $pi_ring rank --config "/dev/ring-$1.yaml" 2>>"/dev/rank-$1.log" &
  echo $! >"/dev/rank-$1.pid"
}

start_ranks() {
  for rank in $(seq 0 $((ranks - 2))); do
    start_rank "$rank" "$1"
  done
}

kill_rank() {
  kill -9 "$(cat "/dev/rank-$1.pid")"
  wait "$(cat "/dev/rank-$1.pid")" || true
}

stop_ranks() {
  for rank in $(seq 0 $((ranks - 2))); do
    kill_rank "$rank"
  done
}

# set_wires BIT_ERROR_PPM DELAY_NS SKEW_NS
set_wires() {
  echo "$1" >"$wires/bit_error_ppm"
  echo "$2" >"$wires/delay_ns"
  echo "$3" >"$wires/skew_ns"
}

# one byte in 10,000 is wrong, and edges are late and skewed
make_wires_faulty() {
  set_wires 100 500 2000
}

expect_bit_errors() {
  cat "$wires/counters"
  [ "$(wire_counter bit_errors)" -gt 0 ] || { echo "no bit was flipped"; exit 1; }
}

restore_wires() {
  set_wires 0 0 0
}

# as_head: the options that make a command the head of this ring
as_head() {
  echo "--link gpio --ranks $ranks --threads 1" \
    "--up $(device up $((ranks - 1))) --down $(device down $((ranks - 1)))"
}

show_logs() {
  for log in /dev/rank-*.log /dev/head.log; do
    [ ! -e "$log" ] || sed "s|^|${log#/dev/}: |" "$log"
  done
}
trap 'show_logs; echo "still running at its deadline"; exit 1' TERM
