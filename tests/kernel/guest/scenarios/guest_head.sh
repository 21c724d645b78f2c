# The head of a ring in which each rank has a guest of its own: writes a text as often as the
# host says, and compares it with the text of the same ring over shared memory. The host
# kills a guest when half of a text is written.
# shellcheck shell=sh disable=SC1091,SC2154,SC2046,SC2086 # lab and ranks come from the environment
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/ranks.sh"
. "$lab/scenarios/remote.sh"
tokens=$(cat "$lab/text/tokens")
half=$(($(wc -c <"$lab/text/expected") / 2))

device() {
  echo "/dev/pi-ring-$1"
}

await_half() {
  until [ "$(wc -c </dev/text)" -ge $half ]; do usleep 50000; done
  tell "half.$1"
}

# write_text NAME
write_text() {
  : >/dev/text
  await_half "$1" &
  watcher=$!
  $pi_ring generate --model "$lab/text/model" --temperature 0 -n $tokens $(as_head) --patience 120 --stats \
    "$(cat "$lab/text/prompt")" >/dev/text 2>/dev/head.log || { show_logs; exit 1; }
  wait $watcher
  cmp /dev/text "$lab/text/expected" || { show_logs; cat /dev/text; exit 1; }
  sed "s/^/$1: /" /dev/head.log
}

load_modules remote=1
tell ready
for text in clean killed; do
  await_host $text
  write_text $text
  tell "done.$text"
done
works_again=$(grep -c 'the ring works again' /dev/head.log) || true
expect_equal "breaks reported" "$works_again" 1
await_host stop
expect_no_fight
tell ended
await_host off
unload_modules
echo "$tokens tokens over $ranks guests, twice: the text of shared memory"
