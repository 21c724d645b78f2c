# Starts a ring for the shell of tools/lab, and prints how to use it.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086,SC2034,SC2046 # lab and ranks come from the kernel command line
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/ranks.sh"
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

alias pi-ring=pi_ring_call
load_modules "pis=$ranks" "links=$ranks"
start_ranks "$lab/text/model"
mkdir -p /dev/shm

model=$lab/text/model
cat <<END

A ring of $ranks Pis in one kernel, on simulated wires. Ranks 0 to $((ranks - 2)) wait for a head.

  pi-ring generate --temperature 0 -n 50 "Once upon a time"
  pi-ring train --data \$lab/text/data --batch 4 --seq 32 --steps 5
  pi-ring generate -n 200 "Once upon a time" & kill_rank 0; start_rank 0 \$model
  echo 100 > \$wires/bit_error_ppm     one byte in 10,000 is wrong from here on
  cat \$wires/counters; show_statistics pi-ring-down; show_logs

exit or Ctrl-D powers the machine off.

END
PS1='lab# '
