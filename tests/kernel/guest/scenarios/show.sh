# The piece that tools/lab --show plays: a ring of four writes a story while bits flip on its
# wires, a rank is killed in the middle of a sentence, and a cable is pulled. Each line that
# begins with SHOW is for the program on the host that draws the screen (tools/show/guest.py
# lists them). The scenario waits for places in the text, not for moments: the head stands
# still while the text is looked at, and goes on for one step after each look. pause_s and
# pace only make it slow enough to be watched.
# shellcheck shell=sh disable=SC1091,SC2154 # lab and seed come from the kernel command line
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/ranks.sh"
. "$lab/scenarios/story.sh"
. "$lab/scenarios/survivors.sh"
ranks=4
victim=1
cable=2  # joins rank 2 to the head, rank 3
model=$lab/text/model
expected=$lab/text/expected
size=$(wc -c <"$expected")
pace=${pace:-0}  # bytes of text a second
step_us=20000  # a few words
short_step_us=2000  # a word or less
due=0  # hundredths of a byte
broken_before=0  # streams that broke before the ring was complete
shown=0

show() {
  echo "SHOW $*" >/dev/console
}

say() {
  show say "$*"
}

# add_statistics DEVICE: adds its counters to the variables of their names
add_statistics() {
  for name in tx_frames crc_errors repeats broken; do
    read -r number <"/sys/class/misc/$1/statistics/$name"
    eval "$name=\$(($name + number))"
  done
}

# count_wires: sets flips and fights
count_wires() {
  while read -r name number _; do
    case $name in
    bit_errors) flips=$number ;;
    fights) fights=$number ;;
    esac
  done <"$wires/counters"
}

# show_counters: frames are counted by link, and the rest together
show_counters() {
  crc_errors=0 repeats=0 broken=-$broken_before frames=
  for link in "" 1 2 3; do
    tx_frames=0
    add_statistics "pi-ring-down$link"
    add_statistics "pi-ring-up$link"
    frames=$frames,$tx_frames
  done
  count_wires
  show counters "frames=${frames#,} damaged=$crc_errors repeats=$repeats breaks=$broken flips=$flips fights=$fights"
}

# show_text: what has been written since the last look
show_text() {
  written=$(text_bytes)
  [ "$written" -gt "$shown" ] || return 0
  show text "$(tail -c +$((shown + 1)) /dev/text | head -c $((written - shown)) | base64 -w 0)"
  shown=$written
}

# is_ahead: the head has written faster than people read. It may be half a second ahead.
is_ahead() {
  [ "$pace" != 0 ] || return 1
  before=$now
  look_at_clock
  due=$((due + pace * (now - before)))
  [ $due -ge $((shown * 100)) ] || return 0
  [ $due -le $((shown * 100 + pace * 50)) ] || due=$((shown * 100 + pace * 50))
  return 1
}

# stop_head, continue_head: a head that has ended is no error
stop_head() {
  kill -STOP $head 2>/dev/null || true
}

continue_head() {
  kill -CONT $head 2>/dev/null || true
}

look() {
  stop_head
  show_text
  show_counters
  is_ahead || continue_head
  usleep $step_us
}

# await_percent PERCENT: until that much of the text is written
await_percent() {
  until [ $((shown * 100)) -ge $((size * $1)) ]; do
    is_writing || { show_logs; echo "the text ended at $shown of $size bytes"; exit 1; }
    look
  done
}

# is_amid_words: a sentence has begun, and goes on for some words
is_amid_words() {
  is_mid_sentence || return 1
  case $(tail -c +$(($(text_bytes) + 1)) "$expected" | head -c 12) in
  *[.!?]*) return 1 ;;
  esac
}

# stop_amid_words: stops the head there, so that the text stays until the rank is killed
stop_amid_words() {
  stop_head
  while is_writing && ! is_amid_words; do
    continue_head
    usleep $short_step_us
    stop_head
  done
  show_text
}

# pause: time to read, not time that anything needs
pause() {
  look_at_clock
  until=$((now + ${pause_s:-0} * 100))
  look
  while [ $now -lt $until ]; do
    look
    look_at_clock
  done
}

# set_bit_errors PPM
set_bit_errors() {
  echo "$1" >"$wires/bit_error_ppm"
  show errors "$1"
}

# try_cable open|heal
try_cable() {
  if [ "$1" = heal ]; then
    echo heal >"$wires/command"
  else
    for wire in $(seq $((cable * 10)) $((cable * 10 + 9))); do
      echo "open $wire" >"$wires/command"
    done
  fi
  show cable "$cable" "$1"
}

flip_bits() {
  say "Now bits flip on every wire: one byte in 5,000 is wrong."
  set_bit_errors 200
  await_percent 20
  say "Ten times as many: most frames arrive damaged, and are sent again."
  set_bit_errors 2000
  await_percent 34
  set_bit_errors 0
  say "The wires are good again. The text has not changed by a letter."
}

kill_in_mid_sentence() {
  stop_amid_words
  is_writing || { show_logs; echo "the text ended before the middle of a sentence"; exit 1; }
  kill_rank $victim
  show rank $victim killed "$(text_bytes)"
  continue_head
  say "kill -9 of rank $victim, in the middle of a sentence."
  pause
  start_rank $victim "$model"
  show rank $victim started "$(text_bytes)"
  say "Rank $victim is started again. The head sends it the text so far."
}

pull_cable() {
  try_cable open
  say "The cable between rank 2 and the head is pulled: all ten wires."
  pause
  try_cable heal
  say "It is plugged in again, and the ring goes on where it was."
}

end_story() {
  while is_writing; do look; done
  wait "$head" || { show_logs; exit 1; }
  show_text
  show_counters
}

load_modules pis=$ranks links=$ranks
start_ranks "$model"
say "Four Pis in one kernel, ten wires between each two. A rank runs on each."
start_story "$model" --seed "$seed" "Once upon a time"
look_at_clock
await_percent 1
broken_before=$broken
await_percent 12
flip_bits
await_percent 46
kill_in_mid_sentence
await_percent 72
pull_cable
end_story
cmp /dev/text "$expected" || { show_logs; cat /dev/text; exit 1; }
say "The end. Byte for byte it is the text that shared memory gives."
show same "$size"
expect_no_fight
stop_ranks
unload_modules
echo "$size bytes of text, the same as over shared memory: $crc_errors frames damaged, $repeats sent again, $broken streams broken, 0 fights"
