# Rings of ranks train over the driver, with both directions of each link in use at once. The
# losses are bit for bit those of the same ring over shared memory, also with faults on the
# wires, and when a rank is killed repeatedly and the run resumed.
# shellcheck shell=sh disable=SC1091,SC2034,SC2046,SC2086,SC2154 # lab and pi_ring come from modules.sh
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/ranks.sh"
# where pi-ring writes the tokens of the texts
export TMPDIR=/dev
steps=${steps:-10}
rings=${rings:-2 3 4 5 6}
cuts=${cuts:-1 2}
kills=${kills:-5}
# messages have 3 to 12 KB, more than a device's fifo
module_parameters=fifo_bytes=2048

# train NAME MICRO_BATCHES HEAD_OPTIONS...: writes to /dev/run-NAME
train() {
  name=$1
  micro_batches=$2
  shift 2
  $pi_ring train --model "$lab/text/model" --data "$lab/text/data" --batch 4 --seq 12 \
    --micro-batches "$micro_batches" --steps "$steps" --save "/dev/run-$name" --save-every 1 --json "$@" \
    >/dev/steps 2>>/dev/head.log
}

forget() {
  rm -rf /dev/run-* /dev/head.log
}

losses() {
  grep -o '"loss":[^,}]*' "/dev/run-$1/log.jsonl"
}

# expect_losses_of_shared_memory NAME
expect_losses_of_shared_memory() {
  losses shm >/dev/losses-shm
  losses "$1" >"/dev/losses-$1"
  [ "$(wc -l </dev/losses-shm)" = "$steps" ] || { cat /dev/losses-shm; exit 1; }
  cmp /dev/losses-shm "/dev/losses-$1" || { show_logs; exit 1; }
}

# start_ring RANKS
start_ring() {
  ranks=$1
  load_modules pis=$ranks links=$ranks
  start_ranks "$lab/text/model"
}

end_ring() {
  expect_no_fight
  stop_ranks
  unload_modules
}

# train_like_shared_memory NAME MICRO_BATCHES
train_like_shared_memory() {
  forget
  train shm "$2" --ranks "$ranks" --threads 1 || { show_logs; exit 1; }
  train "$1" "$2" $(as_head) || { show_logs; exit 1; }
  echo "$ranks ranks, $2 micro-batches, $1: $(losses "$1" | tail -n 1)"
  expect_losses_of_shared_memory "$1"
}

# kill_rank_amid HEAD: kills a rank after the run's first step; the run must end
kill_rank_amid() {
  until [ -s /dev/steps ]; do
    kill -0 "$1" || { show_logs; exit 1; }
    sleep 0.05
  done
  kill_rank 1
  start_rank 1 "$lab/text/model"
  if wait "$1"; then
    echo "a run went on though a rank of it was killed"
    show_logs
    exit 1
  fi
}

# train_amid_kills MICRO_BATCHES
train_amid_kills() {
  : >/dev/steps
  train killed "$1" $(as_head) &
  head=$!
  for kill in $(seq "$kills"); do
    kill_rank_amid $head
    echo "killed for the ${kill}th time: $(wc -l </dev/run-killed/log.jsonl) steps taken"
    : >/dev/steps
    train killed "$1" $(as_head) --resume &
    head=$!
  done
  wait $head || { show_logs; exit 1; }
}

for number in $rings; do
  start_ring "$number"
  for cut in $cuts; do
    train_like_shared_memory clean "$cut"
  done
  end_ring
done

start_ring 4
make_wires_faulty
train_like_shared_memory faulty 4
expect_bit_errors
restore_wires
train_amid_kills 4
expect_losses_of_shared_memory killed
cat /dev/head.log
end_ring
echo "$steps steps on rings of $rings with $cuts micro-batches, and of 4 with 4, over faulty wires, and with a rank" \
  "killed $kills times: bit for bit the losses of shared memory, 0 fights"
