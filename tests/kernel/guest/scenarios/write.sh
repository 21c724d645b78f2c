# A ring of ranks writes a text over the driver: the same text as over shared memory, also
# with activations that travel as bytes, with faults on the wires, and when a rank is killed
# repeatedly.
# shellcheck shell=sh disable=SC1091,SC2154,SC2046,SC2086 # lab and pi_ring come from modules.sh
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/ranks.sh"
ranks=${ranks:-4}
kills=${kills:-5}
tokens=$(cat "$lab/text/tokens")

# expect_text [FILE]
expect_text() {
  if ! cmp /dev/text "${1:-$lab/text/expected}"; then
    show_logs
    cat /dev/text
    exit 1
  fi
}

greedy() {
  $pi_ring generate --model "$lab/text/model" --temperature 0 -n $tokens "$@" "$(cat "$lab/text/prompt")"
}

# write_text [OPTION...]
write_text() {
  greedy $(as_head) --stats "$@" >/dev/text 2>/dev/head.log || { show_logs; exit 1; }
}

# kill_ranks: kills rank 1 at $kills places of the text, evenly spaced
kill_ranks() {
  size=$(wc -c <"$lab/text/expected")
  for kill in $(seq "$kills"); do
    until [ "$(wc -c </dev/text)" -ge $((size * kill / (kills + 1))) ]; do sleep 0.05; done
    kill_rank 1
    start_rank 1 "$lab/text/model"
  done
}

write_rounded() {
  greedy --ranks $ranks --threads 1 --wire q8 >/dev/expected.q8
  write_text --wire q8
  expect_text /dev/expected.q8
  cat /dev/head.log
}

write_over_faulty_wires() {
  make_wires_faulty
  write_text
  expect_text
  expect_bit_errors
}

write_amid_kills() {
  : >/dev/text
  kill_ranks &
  killer=$!
  write_text
  wait $killer
  expect_text
  cat /dev/head.log
  works_again=$(grep -c 'the ring works again' /dev/head.log) || true
  expect_equal "breaks reported" "$works_again" "$kills"
}

load_modules pis=$ranks links=$ranks
start_ranks "$lab/text/model"
write_text
expect_text
cat /dev/head.log
grep -c 'is complete' /dev/head.log >/dev/complete
expect_equal "lines of a ring that is complete" "$(cat /dev/complete)" 1

write_rounded
write_over_faulty_wires
write_amid_kills
expect_no_fight
stop_ranks
unload_modules
echo "$tokens tokens over $ranks ranks, clean, as q8, over faulty wires, and with a rank killed" \
  "$kills times: the same text as over shared memory, 0 fights"
