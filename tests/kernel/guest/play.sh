# Starts a ring for the shell of tools/lab, and prints how to use it.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086,SC2034,SC2046 # lab and ranks come from the kernel command line
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/ranks.sh"
. "$lab/scenarios/story.sh"
export TMPDIR=/dev

pi_ring_call() {
  case $1 in
  generate | train | eval)
    command=$1
    shift
    $pi_ring $command --model "$lab/text/model" $(as_head) "$@"
    ;;
  *) $pi_ring "$@" ;;
  esac
}

# Waits for the middle of a sentence, as a kill at any other moment may come before the ring
# is complete or after the text.
kill_in_mid_sentence() {
  start_story "$model" "Once upon a time"
  tail -f /dev/text &
  reader=$!
  until [ "$(text_bytes)" -ge 150 ] && is_mid_sentence; do
    is_writing || break
    usleep 50000
  done
  kill_rank 0
  printf '\n(rank 0 is killed)\n'
  sleep 3
  start_rank 0 "$model"
  printf '(rank 0 is started again)\n'
  wait $head
  sleep 1
  kill $reader
}

alias pi-ring=pi_ring_call
load_modules "pis=$ranks" "links=$ranks"
start_ranks "$lab/text/model"
mkdir -p /dev/shm

model=$lab/text/model
cat <<END

A ring of $ranks Pis in one kernel, on simulated wires. Ranks 0 to $((ranks - 2)) wait for a head.

  pi-ring generate --temperature 0 -n 50 "Once upon a time"
  pi-ring train --data \$lab/text/data --batch 4 --seq 32 --steps 5
  kill_in_mid_sentence                 while the ring writes; then starts the rank again
  echo 100 > \$wires/bit_error_ppm     one byte in 10,000 is wrong from here on
  cat \$wires/counters; show_statistics pi-ring-down; show_logs

exit or Ctrl-D powers the machine off.

END
PS1='lab# '
