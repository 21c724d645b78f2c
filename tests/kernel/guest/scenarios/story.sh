# A text that the ring writes in the background, and waiting for a place in it. Sourced after
# ranks.sh by the show and by the shell of tools/lab.
# shellcheck shell=sh disable=SC2154,SC2086,SC2046 # lab, pi_ring and ranks come from the sourced files

# start_story MODEL [OPTION...]: the head writes to /dev/text
start_story() {
  : >/dev/text
  model=$1
  shift
  $pi_ring generate --model "$model" $(as_head) --patience 600 "$@" >/dev/text 2>/dev/head.log &
  head=$!
}

is_writing() {
  kill -0 "$head" 2>/dev/null
}

text_bytes() {
  stat -c %s /dev/text
}

# is_mid_sentence: the text's last 24 characters contain no end of a sentence
is_mid_sentence() {
  case $(tail -c 24 /dev/text) in
  *[.!?]*) return 1 ;;
  esac
}
